-- route chat (openclaw.yaml:routes.0)
local client, tier, identity
require("openclaw.core.received_body").receive()
return require("openclaw.attempts.router").start("chat", client, tier, identity)
