-- route v1-models (openclaw.yaml:routes.1)
local client, tier, identity = require("openclaw.auth").check("apps")
return require("openclaw.model_list").answer(identity, client, tier)
