-- upstream own (openclaw.yaml:upstreams.own)
local client, tier, identity = require("openclaw.callers.auth").check("apps")
require("openclaw.attempts.router").permit(identity)
require("openclaw.core.received_body").receive()
