require("openclaw.upstream").balance("llm")
