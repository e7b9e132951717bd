-- route browser (openclaw.yaml:routes.2)
local client, tier, identity
return require("openclaw.router").start("browser", client, tier, identity)
