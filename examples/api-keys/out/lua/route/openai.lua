-- route openai (openclaw.yaml:routes.0)
local client, tier, identity = require("openclaw.auth").check("apps")
require("openclaw.received_body").receive()
return require("openclaw.router").start("openai", client, tier, identity)
