require("openclaw.upstream").balance("creative")
