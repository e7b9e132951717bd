require("openclaw.upstreams.upstream").balance("azure")
