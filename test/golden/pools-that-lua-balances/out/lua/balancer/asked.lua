require("openclaw.upstreams.upstream").balance("asked")
