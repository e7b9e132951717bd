-- upstream azure (openclaw.yaml:upstreams.azure)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("azure")
require("openclaw.query").strip({
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
require("openclaw.credential").use("azure")
