require("openclaw.upstream").balance("llama-next")
