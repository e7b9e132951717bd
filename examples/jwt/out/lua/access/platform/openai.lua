-- upstream openai (openclaw.yaml:upstreams.openai)
local client, tier, identity = require("openclaw.auth").check("platform")
require("openclaw.router").permit(identity)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("openai")
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
require("openclaw.credential").use("openai", client, tier, ngx.var.openclaw_route)
