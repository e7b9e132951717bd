require("openclaw.callers.auth").identify("machines,staff")
