return require("openclaw.answer_end").body()
