-- upstream custom-model-b (openclaw.yaml:upstreams.custom-model-b)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("custom-model-b")
