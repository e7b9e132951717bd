require("openclaw.upstream").balance("asked")
