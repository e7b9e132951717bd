require("openclaw.upstream").balance("llama")
