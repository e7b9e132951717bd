-- upstream llm (openclaw.yaml:upstreams.llm)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("llm")
