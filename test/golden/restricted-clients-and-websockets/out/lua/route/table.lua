-- route table (openclaw.yaml:routes.2)
local client, tier, identity = require("openclaw.auth").check("apps")
require("openclaw.received_body").receive()
return require("openclaw.router").start("table", client, tier, identity)
