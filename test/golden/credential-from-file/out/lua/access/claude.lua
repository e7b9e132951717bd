-- upstream claude (openclaw.yaml:upstreams.claude)
require("openclaw.credential").use("claude")
