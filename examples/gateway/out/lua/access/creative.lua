-- upstream creative (openclaw.yaml:upstreams.creative)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("creative")
