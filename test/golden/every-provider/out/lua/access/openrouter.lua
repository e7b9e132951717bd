-- upstream openrouter (openclaw.yaml:upstreams.openrouter)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("openrouter")
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
require("openclaw.credential").use("openrouter")
