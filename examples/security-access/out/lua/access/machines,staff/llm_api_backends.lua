-- upstream llm_api_backends (openclaw.yaml:upstreams.llm_api_backends)
local client, tier, identity = require("openclaw.auth").admit()
require("openclaw.router").permit(identity)
require("openclaw.received_body").receive()
