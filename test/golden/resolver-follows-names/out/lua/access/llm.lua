-- upstream llm (openclaw.yaml:upstreams.llm)
require("openclaw.upstream").prepare("llm")
