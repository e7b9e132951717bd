-- upstream xroute (openclaw.yaml:upstreams.xroute)
require("openclaw.core.received_body").receive()
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
require("openclaw.credentials.credential").use("xroute")
