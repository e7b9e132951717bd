-- route any (openclaw.yaml:routes.0)
local client, tier, identity = require("openclaw.auth").admit()
require("openclaw.received_body").receive()
return require("openclaw.router").start("any", client, tier, identity)
