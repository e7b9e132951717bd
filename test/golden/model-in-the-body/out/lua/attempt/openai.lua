-- an attempt at upstream openai (openclaw.yaml:upstreams.openai)
local client, tier, route = require("openclaw.attempts").enter("openai")
require("openclaw.upstream").prepare("openai")
require("openclaw.credential").use("openai", client, tier, route)
