-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.callers.auth",
    "openclaw.attempts.router",
  },
  body_timeout = 300,
  credentials = { shadow = { keys = { { source = "env", name = "SHADOW_KEY", weight = 1 } }, rules = {} } },
  policies = {
    apps = {
      all = false,
      methods = { { kind = "key_maps", name = "apps", clients = "apps" } },
      challenge = "Bearer realm=\034openclaw\034",
    },
  },
  key_maps = {
    apps = {
      sources = {
        { kind = "bearer" },
        { kind = "header", variable = "http_x_api_key" },
        { kind = "header", variable = "http_api_key" },
      },
      files = { { path = "keys/apps.keys", label = "keys/apps.keys" } },
    },
  },
  routes = {
    client = {
      destination = "split",
      side = "openclaw_side_client",
      fallback = {},
      tries = 1,
      within = 305,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
    session = {
      destination = "split",
      side = "openclaw_side_session",
      fallback = {},
      tries = 1,
      within = 305,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
    browser = {
      destination = "split",
      side = "openclaw_side_browser",
      fallback = {},
      tries = 1,
      within = 305,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
    drawn = {
      destination = "split",
      side = "openclaw_side_drawn",
      fallback = { { upstream = "old" } },
      tries = 3,
      within = 915,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
  },
  breakers = { new = { servers = 1, failures = 5, open = 10 }, old = { servers = 1, failures = 5, open = 10 } },
}
