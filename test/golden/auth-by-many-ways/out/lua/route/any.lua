-- route any (openclaw.yaml:routes.0)
local client, tier, identity = require("openclaw.callers.auth").admit()
require("openclaw.core.received_body").receive()
return require("openclaw.attempts.router").start("any", client, tier, identity)
