-- upstream claude (openclaw.yaml:upstreams.claude)
local client, tier, identity = require("openclaw.callers.auth").admit()
require("openclaw.attempts.router").permit(identity)
require("openclaw.core.received_body").receive()
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
require("openclaw.credentials.credential").use("claude")
