-- an attempt at upstream own (openclaw.yaml:upstreams.own)
local client, tier, route = require("openclaw.attempts.attempts").enter("own")
require("openclaw.streams.deadlines").begin(require("openclaw.core.request_state").get(), route)
-- The server of an earlier attempt is free again.
require("openclaw.upstreams.upstream").finish()
