require("openclaw.upstream").balance("together")
