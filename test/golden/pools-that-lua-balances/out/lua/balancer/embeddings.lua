require("openclaw.upstream").balance("embeddings")
