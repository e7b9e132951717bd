require("openclaw.upstream").balance("summarization")
