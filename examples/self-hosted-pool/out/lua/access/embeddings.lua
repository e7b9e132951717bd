-- upstream embeddings (openclaw.yaml:upstreams.embeddings)
require("openclaw.deadlines").begin(nil, ngx.var.openclaw_route)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("embeddings")
