require("openclaw.upstreams.upstream").balance("custom-model-b")
