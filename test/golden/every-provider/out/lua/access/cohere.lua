-- upstream cohere (openclaw.yaml:upstreams.cohere)
require("openclaw.upstream").prepare("cohere")
require("openclaw.credential").use("cohere")
