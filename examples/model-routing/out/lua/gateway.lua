-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.upstreams.upstream",
    "openclaw.callers.auth",
    "openclaw.attempts.router",
    "openclaw.models.model_table",
  },
  body_timeout = 300,
  credentials = {
    claude = { keys = { { source = "env", name = "ANTHROPIC_API_KEY", weight = 1 } }, rules = {} },
    openai = { keys = { { source = "env", name = "OPENAI_API_KEY", weight = 1 } }, rules = {} },
  },
  resolver = { addresses = { "127.0.0.11" }, ipv6 = false, timeout = 2 },
  balancers = {
    claude = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "api.anthropic.com",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          max_conns = 0,
          slow_start = 0,
          backup = false,
          down = false,
        },
      },
    },
    llama = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "llm-backend-1",
          port = 8000,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          max_conns = 0,
          slow_start = 0,
          backup = false,
          down = false,
        },
        {
          host = "llm-backend-2",
          port = 8000,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          max_conns = 0,
          slow_start = 0,
          backup = false,
          down = false,
        },
      },
    },
    openai = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "api.openai.com",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          max_conns = 0,
          slow_start = 0,
          backup = false,
          down = false,
        },
      },
    },
  },
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
    chat = {
      destination = "by_model",
      fallback = {},
      tries = 3,
      within = 915,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
  },
  breakers = {
    claude = { servers = 1, failures = 5, open = 10 },
    llama = { servers = 2 },
    openai = { servers = 1, failures = 5, open = 10 },
  },
  models = {
    { name = "claude-*", targets = { { upstream = "claude" } } },
    {
      name = "fast",
      targets = { { upstream = "llama", model = "meta-llama/Llama-3.1-8B-Instruct" } },
    },
    { name = "gpt-*", targets = { { upstream = "openai" } } },
    { name = "gpt-4o-mini", targets = { { upstream = "openai" } } },
    {
      name = "smart",
      targets = {
        { upstream = "claude", model = "claude-sonnet-4-5" },
        { upstream = "openai", model = "gpt-4o" },
      },
    },
  },
}
