-- an attempt at upstream chat (openclaw.yaml:upstreams.chat)
local client, tier, route = require("openclaw.attempts.attempts").enter("chat")
require("openclaw.streams.deadlines").begin(require("openclaw.core.request_state").get(), route)
require("openclaw.upstreams.upstream").prepare("chat")
