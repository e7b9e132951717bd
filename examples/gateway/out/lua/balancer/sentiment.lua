require("openclaw.upstreams.upstream").balance("sentiment")
