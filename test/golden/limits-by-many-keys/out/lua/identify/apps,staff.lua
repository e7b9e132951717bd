require("openclaw.auth").identify("apps,staff")
