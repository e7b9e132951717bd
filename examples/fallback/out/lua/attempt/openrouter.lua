-- an attempt at upstream openrouter (openclaw.yaml:upstreams.openrouter)
local client, tier, route = require("openclaw.attempts.attempts").enter("openrouter")
require("openclaw.streams.deadlines").begin(require("openclaw.core.request_state").get(), route)
require("openclaw.upstreams.upstream").prepare("openrouter")
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
require("openclaw.credentials.credential").use("openrouter", client, tier, route)
