require("openclaw.stream").header()
