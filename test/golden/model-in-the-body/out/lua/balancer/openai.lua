require("openclaw.upstream").balance("openai")
