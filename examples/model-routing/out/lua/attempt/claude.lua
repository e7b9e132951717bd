-- an attempt at upstream claude (openclaw.yaml:upstreams.claude)
local client, tier, route = require("openclaw.attempts.attempts").enter("claude")
require("openclaw.upstreams.upstream").prepare("claude")
require("openclaw.core.query").strip({
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
require("openclaw.credentials.credential").use("claude", client, tier, route)
