require("openclaw.upstreams.upstream").balance("anthropic")
