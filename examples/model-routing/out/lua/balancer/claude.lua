require("openclaw.upstreams.upstream").balance("claude")
