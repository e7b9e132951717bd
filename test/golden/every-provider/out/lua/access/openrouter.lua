-- upstream openrouter (openclaw.yaml:upstreams.openrouter)
require("openclaw.upstream").prepare("openrouter")
require("openclaw.credential").use("openrouter")
