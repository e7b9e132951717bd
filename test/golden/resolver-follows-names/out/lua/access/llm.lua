-- upstream llm (openclaw.yaml:upstreams.llm)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("llm")
