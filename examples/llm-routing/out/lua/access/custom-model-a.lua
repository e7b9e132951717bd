-- upstream custom-model-a (openclaw.yaml:upstreams.custom-model-a)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("custom-model-a")
