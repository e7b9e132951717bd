-- an attempt at upstream own (openclaw.yaml:upstreams.own)
local client, tier, route = require("openclaw.attempts.attempts").enter("own")
require("openclaw.streams.deadlines").begin(require("openclaw.core.request_state").get(), route)
require("openclaw.upstreams.upstream").prepare("own")
