require("openclaw.upstream").balance("chat")
