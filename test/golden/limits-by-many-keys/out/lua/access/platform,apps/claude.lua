-- upstream claude (openclaw.yaml:upstreams.claude)
local client, tier, identity = require("openclaw.auth").admit()
require("openclaw.router").permit(identity)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("claude")
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
require("openclaw.credential").use("claude")
