-- copies of requests for upstream shadow (openclaw.yaml:upstreams.shadow)
require("openclaw.credential").use("shadow", nil, nil, ngx.var.openclaw_route)
