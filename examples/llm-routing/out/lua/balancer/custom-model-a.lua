require("openclaw.upstream").balance("custom-model-a")
