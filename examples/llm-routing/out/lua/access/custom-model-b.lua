-- upstream custom-model-b (openclaw.yaml:upstreams.custom-model-b)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("custom-model-b")
