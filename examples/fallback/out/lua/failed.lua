require("openclaw.attempts.attempts").answer_failure()
