-- route session (openclaw.yaml:routes.1)
local client, tier, identity
return require("openclaw.router").start("session", client, tier, identity)
