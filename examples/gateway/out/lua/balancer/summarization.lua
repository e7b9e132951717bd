require("openclaw.upstreams.upstream").balance("summarization")
