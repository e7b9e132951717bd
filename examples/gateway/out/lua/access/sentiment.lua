-- upstream sentiment (openclaw.yaml:upstreams.sentiment)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("sentiment")
