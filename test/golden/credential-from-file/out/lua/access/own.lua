-- upstream own (openclaw.yaml:upstreams.own)
require("openclaw.credential").use("own")
