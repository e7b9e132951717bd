-- upstream found (openclaw.yaml:upstreams.found)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("found")
