-- route chat (openclaw.yaml:routes.0)
local client, tier, identity
return require("openclaw.router").start("chat", client, tier, identity)
