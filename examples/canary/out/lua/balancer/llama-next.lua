require("openclaw.upstreams.upstream").balance("llama-next")
