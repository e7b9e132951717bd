-- upstream chat (openclaw.yaml:upstreams.chat)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("chat")
