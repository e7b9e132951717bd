require("openclaw.upstreams.upstream").balance("embeddings")
