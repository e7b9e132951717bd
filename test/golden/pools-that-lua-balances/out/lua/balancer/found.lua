require("openclaw.upstreams.upstream").balance("found")
