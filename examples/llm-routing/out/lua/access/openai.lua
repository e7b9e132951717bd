-- upstream openai (openclaw.yaml:upstreams.openai)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("openai")
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
require("openclaw.credentials.credential").use("openai")
