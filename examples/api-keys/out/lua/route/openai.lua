-- route openai (openclaw.yaml:routes.0)
local client, tier, identity = require("openclaw.callers.auth").check("apps")
require("openclaw.core.received_body").receive()
return require("openclaw.attempts.router").start("openai", client, tier, identity)
