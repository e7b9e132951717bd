require("openclaw.upstreams.upstream").balance("openrouter")
