require("openclaw.upstreams.upstream").balance("together")
