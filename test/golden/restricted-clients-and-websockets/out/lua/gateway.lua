-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.callers.auth",
    "openclaw.models.handshakes",
    "openclaw.attempts.router",
    "openclaw.models.model_table",
  },
  body_timeout = 300,
  credentials = {},
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
  websockets = { realtime = true, safe = true, table = true, own = false },
  routes = {
    safe = {
      destination = "upstream",
      strip = "/safe",
      add = "/v1",
      targets = { { upstream = "llm" } },
      fallback = { { upstream = "spare" } },
      tries = 3,
      within = 915,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
    table = {
      destination = "by_model",
      path = "/v1/realtime",
      fallback = {},
      tries = 1,
      within = 305,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
  },
  breakers = {
    llm = { servers = 1, failures = 5, open = 10 },
    spare = { servers = 1, failures = 5, open = 10 },
  },
  models = { { name = "fast", targets = { { upstream = "llm" } } } },
}
