-- upstream azure (openclaw.yaml:upstreams.azure)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("azure")
require("openclaw.core.query").strip({
  "api-key",
  "authorization",
  "subscription-key",
  "access_token",
  "api_key",
  "apikey",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-security-token",
  "x-amz-signature",
})
require("openclaw.credentials.credential").use("azure")
