require("openclaw.attempts.router").pick(ngx.var.openclaw_pick)
