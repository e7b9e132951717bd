-- route table (openclaw.yaml:routes.2)
local client, tier, identity = require("openclaw.auth").check("apps")
return require("openclaw.router").start("table", client, tier, identity)
