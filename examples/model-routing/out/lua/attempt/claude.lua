-- an attempt at upstream claude (openclaw.yaml:upstreams.claude)
local client, tier, route = require("openclaw.attempts").enter("claude")
require("openclaw.upstream").prepare("claude")
require("openclaw.credential").use("claude", client, tier, route)
