-- upstream gemini (openclaw.yaml:upstreams.gemini)
require("openclaw.upstream").prepare("gemini")
require("openclaw.query").strip({ "key" })
require("openclaw.credential").use("gemini")
