-- route v1-completions (openclaw.yaml:routes.2)
local client, tier, identity
require("openclaw.core.received_body").receive()
return require("openclaw.attempts.router").start("v1-completions", client, tier, identity)
