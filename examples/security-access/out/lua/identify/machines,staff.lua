require("openclaw.auth").identify("machines,staff")
