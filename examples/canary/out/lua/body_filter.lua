return require("openclaw.streams.stream").body()
