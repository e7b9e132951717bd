require("openclaw.upstreams.upstream").balance("llama")
