-- upstream embeddings (openclaw.yaml:upstreams.embeddings)
require("openclaw.streams.deadlines").begin(nil, ngx.var.openclaw_route)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("embeddings")
