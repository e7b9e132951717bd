-- What the runtime library works with. Secrets are named here, never written.
return {
  credentials = { xroute = { keys = { { source = "env", name = "XROUTE_API_KEY", weight = 1 } }, rules = {} } },
}
