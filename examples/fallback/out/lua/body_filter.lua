require("openclaw.stream").body()
