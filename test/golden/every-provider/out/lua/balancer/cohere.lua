require("openclaw.upstream").balance("cohere")
