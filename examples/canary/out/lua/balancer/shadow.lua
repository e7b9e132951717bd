require("openclaw.upstreams.upstream").balance("shadow")
