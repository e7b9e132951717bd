-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = { "openclaw.core.received_body", "openclaw.credentials.credential" },
  body_timeout = 300,
  credentials = {
    claude = { keys = { { source = "file", name = "/run/secrets/anthropic", weight = 1 } }, rules = {} },
    own = { keys = { { source = "file", name = "/run/secrets/own-model", weight = 1 } }, rules = {} },
  },
}
