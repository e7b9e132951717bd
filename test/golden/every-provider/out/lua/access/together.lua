-- upstream together (openclaw.yaml:upstreams.together)
require("openclaw.upstream").prepare("together")
require("openclaw.credential").use("together")
