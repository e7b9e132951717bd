require("openclaw.streams.stream").header()
