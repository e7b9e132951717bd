-- an attempt at upstream llama-next (openclaw.yaml:upstreams.llama-next)
local client, tier, route = require("openclaw.attempts.attempts").enter("llama-next")
require("openclaw.upstreams.upstream").prepare("llama-next")
