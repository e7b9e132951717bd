-- upstream asked (openclaw.yaml:upstreams.asked)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("asked")
