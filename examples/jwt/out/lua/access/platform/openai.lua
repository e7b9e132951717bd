-- upstream openai (openclaw.yaml:upstreams.openai)
local client, tier = require("openclaw.auth").check("platform")
require("openclaw.upstream").prepare("openai")
require("openclaw.credential").use("openai", client, tier, ngx.var.openclaw_route)
