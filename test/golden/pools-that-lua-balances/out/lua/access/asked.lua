-- upstream asked (openclaw.yaml:upstreams.asked)
require("openclaw.upstream").prepare("asked")
