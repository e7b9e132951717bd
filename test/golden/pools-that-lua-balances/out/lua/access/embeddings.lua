-- upstream embeddings (openclaw.yaml:upstreams.embeddings)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("embeddings")
