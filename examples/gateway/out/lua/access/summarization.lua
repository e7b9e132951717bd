-- upstream summarization (openclaw.yaml:upstreams.summarization)
require("openclaw.upstream").prepare("summarization")
