-- upstream azure (openclaw.yaml:upstreams.azure)
require("openclaw.upstream").prepare("azure")
require("openclaw.credential").use("azure")
