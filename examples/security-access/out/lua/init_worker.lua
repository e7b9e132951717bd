require("openclaw.gateway").init_worker()
