-- route drawn (openclaw.yaml:routes.3)
local client, tier, identity
require("openclaw.received_body").receive()
return require("openclaw.router").start("drawn", client, tier, identity)
