require("openclaw.upstream").balance("found")
