-- an attempt at upstream azure (openclaw.yaml:upstreams.azure)
local client, tier, route = require("openclaw.attempts").enter("azure")
require("openclaw.deadlines").begin(require("openclaw.request_state").get(), route)
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
require("openclaw.credential").use("azure", client, tier, route)
