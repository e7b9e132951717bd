-- an attempt at upstream spare (openclaw.yaml:upstreams.spare)
local client, tier, route = require("openclaw.attempts.attempts").enter("spare")
