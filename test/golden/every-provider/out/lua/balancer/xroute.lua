require("openclaw.upstream").balance("xroute")
