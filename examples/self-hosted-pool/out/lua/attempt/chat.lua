-- an attempt at upstream chat (openclaw.yaml:upstreams.chat)
local client, tier, route = require("openclaw.attempts").enter("chat")
require("openclaw.deadlines").begin(require("openclaw.request_state").get(), route)
require("openclaw.upstream").prepare("chat")
