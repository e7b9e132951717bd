-- What the runtime library works with. Secrets are named here, never written.
return {
  credentials = { legacy = { keys = { { source = "env", name = "LEGACY_MODEL_KEY", weight = 1 } }, rules = {} } },
}
