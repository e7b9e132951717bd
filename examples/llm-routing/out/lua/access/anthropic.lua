-- upstream anthropic (openclaw.yaml:upstreams.anthropic)
require("openclaw.upstream").prepare("anthropic")
require("openclaw.credential").use("anthropic")
