return require("openclaw.streams.answer_end").body()
