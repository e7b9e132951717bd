require("openclaw.health").answer()
