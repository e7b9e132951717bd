require("openclaw.upstream").balance("mistral")
