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
    claude = { keys = { { source = "env", name = "ANTHROPIC_KEY", weight = 1 } }, rules = {} },
    openai = {
      keys = {
        { source = "env", name = "OPENAI_KEY_1", weight = 1 },
        { source = "env", name = "OPENAI_KEY_2", weight = 3 },
      },
      rules = {},
    },
  },
  resolver = { addresses = { "127.0.0.53" }, ipv6 = false, timeout = 2 },
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
          host = "llm-1",
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
          host = "llm-2",
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
    ["v1-chat-completions"] = {
      destination = "by_model",
      fallback = {},
      tries = 3,
      within = 915,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
    ["v1-completions"] = {
      destination = "upstream",
      targets = { { upstream = "openai" } },
      fallback = {},
      tries = 3,
      within = 915,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
  },
  breakers = {
    llama = { servers = 2, failures = 5, open = 10 },
    openai = { servers = 1, failures = 5, open = 10 },
  },
  models = {
    { name = "fast", targets = { { upstream = "llama" } } },
    { name = "gpt-*", targets = { { upstream = "openai", model = "gpt-4o-mini" } } },
    { name = "gpt-4o*", targets = { { upstream = "openai" } } },
    {
      name = "local",
      targets = {
        { upstream = "llama", model = "meta-llama/Llama-3.1-8B-Instruct" },
        { upstream = "openai", model = "gpt-4o-mini" },
      },
    },
  },
}
