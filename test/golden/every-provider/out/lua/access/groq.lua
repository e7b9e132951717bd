-- upstream groq (openclaw.yaml:upstreams.groq)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("groq")
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
require("openclaw.credentials.credential").use("groq")
