-- upstream creative (openclaw.yaml:upstreams.creative)
require("openclaw.upstream").prepare("creative")
