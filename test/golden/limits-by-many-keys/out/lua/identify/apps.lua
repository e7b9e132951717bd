require("openclaw.auth").identify("apps")
