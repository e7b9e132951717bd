-- upstream xroute (openclaw.yaml:upstreams.xroute)
require("openclaw.credential").use("xroute")
