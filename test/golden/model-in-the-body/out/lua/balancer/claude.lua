require("openclaw.upstream").balance("claude")
