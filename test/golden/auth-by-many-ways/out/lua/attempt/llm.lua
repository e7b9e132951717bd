-- an attempt at upstream llm (openclaw.yaml:upstreams.llm)
local client, tier, route = require("openclaw.attempts").enter("llm")
-- The server of an earlier attempt is free again.
require("openclaw.upstream").finish()
require("openclaw.query").strip({ "key" })
require("openclaw.credential").use("llm", client, tier, route)
