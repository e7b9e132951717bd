require("openclaw.streams.stream").finish()
require("openclaw.upstreams.upstream").finish()
require("openclaw.core.request_state").drop()
