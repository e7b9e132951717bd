-- upstream claude (openclaw.yaml:upstreams.claude)
require("openclaw.upstream").prepare("claude")
require("openclaw.query").strip({ "key" })
require("openclaw.credential").use("claude")
