-- What the runtime library works with. Secrets are named here, never written.
return {
  body_timeout = 300,
  credentials = { xroute = { keys = { { source = "env", name = "XROUTE_API_KEY", weight = 1 } }, rules = {} } },
}
