-- an attempt at upstream own (openclaw.yaml:upstreams.own)
local client, tier, route = require("openclaw.attempts").enter("own")
require("openclaw.deadlines").begin(require("openclaw.request_state").get(), route)
-- The server of an earlier attempt is free again.
require("openclaw.upstream").finish()
