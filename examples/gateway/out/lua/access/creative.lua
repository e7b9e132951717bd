-- upstream creative (openclaw.yaml:upstreams.creative)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("creative")
