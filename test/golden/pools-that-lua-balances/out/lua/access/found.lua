-- upstream found (openclaw.yaml:upstreams.found)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("found")
