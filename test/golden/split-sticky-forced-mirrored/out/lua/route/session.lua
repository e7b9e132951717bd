-- route session (openclaw.yaml:routes.1)
local client, tier, identity
require("openclaw.core.received_body").receive()
return require("openclaw.attempts.router").start("session", client, tier, identity)
