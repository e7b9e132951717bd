-- route browser (openclaw.yaml:routes.2)
local client, tier, identity
require("openclaw.core.received_body").receive()
return require("openclaw.attempts.router").start("browser", client, tier, identity)
