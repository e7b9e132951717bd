require("openclaw.router").pick(ngx.var.openclaw_pick)
