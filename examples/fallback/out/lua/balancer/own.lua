require("openclaw.upstream").balance("own")
