-- an attempt at upstream llama (openclaw.yaml:upstreams.llama)
local client, tier, route = require("openclaw.attempts").enter("llama")
require("openclaw.upstream").prepare("llama")
