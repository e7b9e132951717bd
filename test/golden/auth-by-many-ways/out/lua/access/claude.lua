-- upstream claude (openclaw.yaml:upstreams.claude)
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
  "key",
})
require("openclaw.credentials.credential").use("claude")
