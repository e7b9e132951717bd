-- upstream summarization (openclaw.yaml:upstreams.summarization)
require("openclaw.core.received_body").receive()
require("openclaw.upstreams.upstream").prepare("summarization")
