-- upstream chat (openclaw.yaml:upstreams.chat)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("chat")
