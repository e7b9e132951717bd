local client, tier, route = require("openclaw.attempts").enter("b")
require("openclaw.credential").use("b", client, tier, route)
