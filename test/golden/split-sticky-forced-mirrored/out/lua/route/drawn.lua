-- route drawn (openclaw.yaml:routes.3)
local client, tier, identity
require("openclaw.core.received_body").receive()
return require("openclaw.attempts.router").start("drawn", client, tier, identity)
