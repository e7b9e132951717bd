require("openclaw.streams.stream").header()
require("openclaw.attempts.attempts").header()
