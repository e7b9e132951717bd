-- upstream embeddings (openclaw.yaml:upstreams.embeddings)
require("openclaw.upstream").prepare("embeddings")
