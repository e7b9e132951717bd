-- upstream claude (openclaw.yaml:upstreams.claude)
require("openclaw.upstream").prepare("claude")
require("openclaw.credential").use("claude")
