return require("openclaw.stream").body()
