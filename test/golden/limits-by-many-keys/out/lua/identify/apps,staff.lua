require("openclaw.callers.auth").identify("apps,staff")
