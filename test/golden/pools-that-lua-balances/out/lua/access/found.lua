-- upstream found (openclaw.yaml:upstreams.found)
require("openclaw.upstream").prepare("found")
