-- route drawn (openclaw.yaml:routes.3)
local client, tier, identity
return require("openclaw.router").start("drawn", client, tier, identity)
