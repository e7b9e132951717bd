require("openclaw.upstream").balance("custom-model-b")
