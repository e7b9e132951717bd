-- an attempt at upstream own (openclaw.yaml:upstreams.own)
local client, tier, route = require("openclaw.attempts").enter("own")
require("openclaw.deadlines").begin(require("openclaw.request_state").get(), route)
require("openclaw.upstream").prepare("own")
