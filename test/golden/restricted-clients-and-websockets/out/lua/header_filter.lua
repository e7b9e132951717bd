require("openclaw.stream").header()
require("openclaw.attempts").header()
