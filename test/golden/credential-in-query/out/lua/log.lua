require("openclaw.stream").finish()
