require("openclaw.upstreams.upstream").balance("groq")
