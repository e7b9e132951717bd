-- upstream xroute (openclaw.yaml:upstreams.xroute)
require("openclaw.upstream").prepare("xroute")
require("openclaw.credential").use("xroute")
