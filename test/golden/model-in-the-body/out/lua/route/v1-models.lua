-- route v1-models (openclaw.yaml:routes.1)
local client, tier, identity = require("openclaw.callers.auth").check("apps")
return require("openclaw.models.model_list").answer(identity, client, tier)
