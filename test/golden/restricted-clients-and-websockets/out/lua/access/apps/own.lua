-- upstream own (openclaw.yaml:upstreams.own)
local client, tier, identity = require("openclaw.auth").check("apps")
require("openclaw.router").permit(identity)
require("openclaw.received_body").receive()
