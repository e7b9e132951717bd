-- upstream asked (openclaw.yaml:upstreams.asked)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("asked")
