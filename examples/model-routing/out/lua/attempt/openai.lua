-- an attempt at upstream openai (openclaw.yaml:upstreams.openai)
local client, tier, route = require("openclaw.attempts").enter("openai")
require("openclaw.upstream").prepare("openai")
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
require("openclaw.credential").use("openai", client, tier, route)
