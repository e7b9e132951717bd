-- upstream sentiment (openclaw.yaml:upstreams.sentiment)
require("openclaw.upstream").prepare("sentiment")
