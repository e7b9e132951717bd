-- route any (openclaw.yaml:routes.0)
local client, tier, identity = require("openclaw.auth").admit()
return require("openclaw.router").start("any", client, tier, identity)
