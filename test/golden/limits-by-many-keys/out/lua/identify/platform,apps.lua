require("openclaw.auth").identify("platform,apps")
