-- route table (openclaw.yaml:routes.2)
local client, tier, identity = require("openclaw.callers.auth").check("apps")
require("openclaw.core.received_body").receive()
return require("openclaw.attempts.router").start("table", client, tier, identity)
