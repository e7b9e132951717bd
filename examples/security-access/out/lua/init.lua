require("openclaw.gateway").init(require("gateway"))
