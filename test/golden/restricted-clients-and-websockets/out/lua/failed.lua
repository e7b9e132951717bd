require("openclaw.attempts").answer_failure()
