require("openclaw.upstreams.upstream").balance("mistral")
