require("openclaw.upstream").balance("groq")
