-- route browser (openclaw.yaml:routes.2)
local client, tier, identity
require("openclaw.received_body").receive()
return require("openclaw.router").start("browser", client, tier, identity)
