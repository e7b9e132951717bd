require("openclaw.upstreams.upstream").balance("openai")
