require("openclaw.upstream").balance("azure")
