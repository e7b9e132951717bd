require("openclaw.upstreams.upstream").balance("creative")
