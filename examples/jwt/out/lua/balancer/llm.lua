require("openclaw.upstreams.upstream").balance("llm")
