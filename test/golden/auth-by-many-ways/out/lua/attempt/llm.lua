-- an attempt at upstream llm (openclaw.yaml:upstreams.llm)
local client, tier, route = require("openclaw.attempts.attempts").enter("llm")
-- The server of an earlier attempt is free again.
require("openclaw.upstreams.upstream").finish()
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
  "key",
})
require("openclaw.credentials.credential").use("llm", client, tier, route)
