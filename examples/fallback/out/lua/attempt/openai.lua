-- an attempt at upstream openai (openclaw.yaml:upstreams.openai)
local client, tier, route = require("openclaw.attempts.attempts").enter("openai")
require("openclaw.streams.deadlines").begin(require("openclaw.core.request_state").get(), route)
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
require("openclaw.credentials.credential").use("openai", client, tier, route)
