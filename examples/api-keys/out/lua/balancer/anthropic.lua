require("openclaw.upstream").balance("anthropic")
