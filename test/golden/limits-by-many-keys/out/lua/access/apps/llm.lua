-- upstream llm (openclaw.yaml:upstreams.llm)
local client, tier, identity = require("openclaw.callers.auth").admit()
require("openclaw.attempts.router").permit(identity)
require("openclaw.core.received_body").receive()
