-- upstream custom-model-a (openclaw.yaml:upstreams.custom-model-a)
require("openclaw.upstream").prepare("custom-model-a")
