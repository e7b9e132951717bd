-- upstream llm (openclaw.yaml:upstreams.llm)
require("openclaw.auth").check("platform,partners")
require("openclaw.upstream").prepare("llm")
