-- route safe (openclaw.yaml:routes.1)
local client, tier, identity = require("openclaw.callers.auth").check("apps")
require("openclaw.core.received_body").receive()
return require("openclaw.attempts.router").start("safe", client, tier, identity)
