-- route safe (openclaw.yaml:routes.1)
local client, tier, identity = require("openclaw.auth").check("apps")
return require("openclaw.router").start("safe", client, tier, identity)
