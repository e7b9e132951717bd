require("openclaw.upstreams.upstream").balance("xroute")
