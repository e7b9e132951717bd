-- upstream chat (openclaw.yaml:upstreams.chat)
require("openclaw.upstream").prepare("chat")
