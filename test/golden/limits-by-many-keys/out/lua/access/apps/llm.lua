-- upstream llm (openclaw.yaml:upstreams.llm)
local client, tier, identity = require("openclaw.auth").admit()
require("openclaw.router").permit(identity)
require("openclaw.received_body").receive()
