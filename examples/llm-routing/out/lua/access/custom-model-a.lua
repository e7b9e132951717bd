-- upstream custom-model-a (openclaw.yaml:upstreams.custom-model-a)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("custom-model-a")
