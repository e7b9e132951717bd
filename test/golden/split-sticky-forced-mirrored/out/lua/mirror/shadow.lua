-- copies of requests for upstream shadow (openclaw.yaml:upstreams.shadow)
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
require("openclaw.credentials.credential").use("shadow", nil, nil, ngx.var.openclaw_route)
