-- upstream groq (openclaw.yaml:upstreams.groq)
require("openclaw.upstream").prepare("groq")
require("openclaw.credential").use("groq")
