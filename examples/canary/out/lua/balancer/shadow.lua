require("openclaw.upstream").balance("shadow")
