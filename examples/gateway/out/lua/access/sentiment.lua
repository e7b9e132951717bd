-- upstream sentiment (openclaw.yaml:upstreams.sentiment)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("sentiment")
