-- upstream mistral (openclaw.yaml:upstreams.mistral)
require("openclaw.upstream").prepare("mistral")
require("openclaw.credential").use("mistral")
