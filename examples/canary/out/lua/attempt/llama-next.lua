-- an attempt at upstream llama-next (openclaw.yaml:upstreams.llama-next)
local client, tier, route = require("openclaw.attempts").enter("llama-next")
require("openclaw.upstream").prepare("llama-next")
