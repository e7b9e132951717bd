require("openclaw.upstreams.upstream").balance("chat")
