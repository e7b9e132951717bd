require("openclaw.upstream").balance("openrouter")
