-- an attempt at upstream llm (openclaw.yaml:upstreams.llm)
local client, tier, route = require("openclaw.attempts.attempts").enter("llm")
