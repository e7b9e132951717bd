-- route safe (openclaw.yaml:routes.1)
local client, tier, identity = require("openclaw.auth").check("apps")
require("openclaw.received_body").receive()
return require("openclaw.router").start("safe", client, tier, identity)
