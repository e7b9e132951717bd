-- upstream llm (openclaw.yaml:upstreams.llm)
local client, tier, identity = require("openclaw.auth").check("platform,partners")
require("openclaw.router").permit(identity)
require("openclaw.upstream").prepare("llm")
