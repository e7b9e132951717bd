-- upstream embeddings (openclaw.yaml:upstreams.embeddings)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("embeddings")
