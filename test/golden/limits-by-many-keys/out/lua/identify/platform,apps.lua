require("openclaw.callers.auth").identify("platform,apps")
