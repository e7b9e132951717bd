-- an attempt at upstream llm (openclaw.yaml:upstreams.llm)
local client, tier, route = require("openclaw.attempts").enter("llm")
-- The server of an earlier attempt is free again.
require("openclaw.upstream").finish()
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
  "key",
})
require("openclaw.credential").use("llm", client, tier, route)
