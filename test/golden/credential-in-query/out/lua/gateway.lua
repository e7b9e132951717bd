-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = { "openclaw.core.received_body", "openclaw.credentials.credential" },
  body_timeout = 300,
  credentials = { legacy = { keys = { { source = "env", name = "LEGACY_MODEL_KEY", weight = 1 } }, rules = {} } },
}
