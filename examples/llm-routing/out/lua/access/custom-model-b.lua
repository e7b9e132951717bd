-- upstream custom-model-b (openclaw.yaml:upstreams.custom-model-b)
require("openclaw.upstream").prepare("custom-model-b")
