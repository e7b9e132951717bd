require("openclaw.streams.stream").finish()
require("openclaw.attempts.attempts").finish()
require("openclaw.core.request_state").drop()
