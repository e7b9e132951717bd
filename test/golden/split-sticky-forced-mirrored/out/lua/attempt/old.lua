-- an attempt at upstream old (openclaw.yaml:upstreams.old)
local client, tier, route = require("openclaw.attempts.attempts").enter("old")
