require("openclaw.upstream").balance("sentiment")
