-- upstream anthropic (openclaw.yaml:upstreams.anthropic)
local client, tier = require("openclaw.auth").check("apps")
require("openclaw.upstream").prepare("anthropic")
require("openclaw.credential").use("anthropic", client, tier, ngx.var.openclaw_route)
