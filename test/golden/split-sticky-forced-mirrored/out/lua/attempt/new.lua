-- an attempt at upstream new (openclaw.yaml:upstreams.new)
local client, tier, route = require("openclaw.attempts.attempts").enter("new")
