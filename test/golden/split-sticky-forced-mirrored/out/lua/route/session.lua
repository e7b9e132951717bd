-- route session (openclaw.yaml:routes.1)
local client, tier, identity
require("openclaw.received_body").receive()
return require("openclaw.router").start("session", client, tier, identity)
