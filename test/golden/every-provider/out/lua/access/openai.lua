-- upstream openai (openclaw.yaml:upstreams.openai)
require("openclaw.upstream").prepare("openai")
require("openclaw.credential").use("openai")
