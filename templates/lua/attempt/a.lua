local client, tier, route = require("openclaw.attempts").enter("a")
require("openclaw.credential").use("a", client, tier, route)
