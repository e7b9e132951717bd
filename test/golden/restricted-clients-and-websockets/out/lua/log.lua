require("openclaw.stream").finish()
require("openclaw.attempts").finish()
require("openclaw.request_state").drop()
