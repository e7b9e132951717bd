-- upstream cohere (openclaw.yaml:upstreams.cohere)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("cohere")
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
require("openclaw.credentials.credential").use("cohere")
