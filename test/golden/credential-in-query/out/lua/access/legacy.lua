-- upstream legacy (openclaw.yaml:upstreams.legacy)
require("openclaw.credential").use_query("legacy", "key")
