require("openclaw.upstreams.upstream").balance("custom-model-a")
