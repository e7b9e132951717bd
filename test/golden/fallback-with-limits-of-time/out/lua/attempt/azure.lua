-- an attempt at upstream azure (openclaw.yaml:upstreams.azure)
local client, tier, route = require("openclaw.attempts.attempts").enter("azure")
require("openclaw.streams.deadlines").begin(require("openclaw.core.request_state").get(), route)
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
require("openclaw.credentials.credential").use("azure", client, tier, route)
