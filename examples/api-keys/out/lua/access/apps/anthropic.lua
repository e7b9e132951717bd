-- upstream anthropic (openclaw.yaml:upstreams.anthropic)
local client, tier, identity = require("openclaw.auth").check("apps")
require("openclaw.router").permit(identity)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("anthropic")
require("openclaw.query").strip({
  "access_token",
  "api-key",
  "api_key",
  "apikey",
  "authorization",
  "subscription-key",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-security-token",
  "x-amz-signature",
})
require("openclaw.credential").use("anthropic", client, tier, ngx.var.openclaw_route)
