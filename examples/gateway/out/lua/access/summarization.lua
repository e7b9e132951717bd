-- upstream summarization (openclaw.yaml:upstreams.summarization)
require("openclaw.received_body").receive()
require("openclaw.upstream").prepare("summarization")
