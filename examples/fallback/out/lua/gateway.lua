-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.upstreams.upstream",
    "openclaw.callers.auth",
    "openclaw.attempts.router",
    "openclaw.streams.stream",
  },
  body_timeout = 300,
  credentials = {
    azure = { keys = { { source = "env", name = "AZURE_OPENAI_API_KEY", weight = 1 } }, rules = {} },
    openai = {
      keys = {
        { source = "env", name = "OPENAI_API_KEY", weight = 1 },
        { source = "env", name = "OPENAI_API_KEY_2", weight = 1 },
      },
      rules = {},
    },
    openrouter = { keys = { { source = "env", name = "OPENROUTER_API_KEY", weight = 1 } }, rules = {} },
  },
  resolver = { addresses = { "127.0.0.11" }, ipv6 = false, timeout = 2 },
  balancers = {
    azure = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "your-resource.openai.azure.com",
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
    openrouter = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "openrouter.ai",
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
    own = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "vllm",
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
      destination = "upstream",
      targets = { { upstream = "openai" } },
      fallback = {
        { upstream = "azure", model = "gpt-4o-production" },
        { upstream = "openrouter", model = "openai/gpt-4o" },
        { upstream = "own", model = "meta-llama/Llama-3.1-70B-Instruct" },
      },
      tries = 5,
      within = 45,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
  },
  breakers = {
    openai = { servers = 1, failures = 5, open = 10 },
    azure = { servers = 1, failures = 5, open = 10 },
    openrouter = { servers = 1, failures = 5, open = 10 },
    own = { servers = 1, failures = 8, open = 5 },
  },
  streams = { chat = { first_byte = 15, idle = 60, total = 300, read = 60, event = true } },
}
