require("openclaw.upstream").balance("gemini")
