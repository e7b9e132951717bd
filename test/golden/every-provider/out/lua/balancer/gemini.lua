require("openclaw.upstreams.upstream").balance("gemini")
