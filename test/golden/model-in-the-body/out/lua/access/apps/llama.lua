-- upstream llama (openclaw.yaml:upstreams.llama)
local client, tier, identity = require("openclaw.auth").check("apps")
require("openclaw.router").permit(identity)
require("openclaw.upstream").prepare("llama")
