require("openclaw.stream").finish()
require("openclaw.upstream").finish()
require("openclaw.request_state").drop()
