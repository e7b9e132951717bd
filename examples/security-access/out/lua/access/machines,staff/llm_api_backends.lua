-- upstream llm_api_backends (openclaw.yaml:upstreams.llm_api_backends)
local client, tier, identity = require("openclaw.callers.auth").admit()
require("openclaw.attempts.router").permit(identity)
require("openclaw.core.received_body").receive()
