-- an attempt at upstream openrouter (openclaw.yaml:upstreams.openrouter)
local client, tier, route = require("openclaw.attempts").enter("openrouter")
require("openclaw.deadlines").begin(require("openclaw.request_state").get(), route)
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
require("openclaw.credential").use("openrouter", client, tier, route)
