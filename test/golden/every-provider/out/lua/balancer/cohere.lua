require("openclaw.upstreams.upstream").balance("cohere")
