-- an attempt at upstream llama (openclaw.yaml:upstreams.llama)
local client, tier, route = require("openclaw.attempts.attempts").enter("llama")
require("openclaw.upstreams.upstream").prepare("llama")
