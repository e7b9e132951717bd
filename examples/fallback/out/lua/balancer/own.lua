require("openclaw.upstreams.upstream").balance("own")
