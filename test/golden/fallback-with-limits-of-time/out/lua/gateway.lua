-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.upstreams.upstream",
    "openclaw.attempts.router",
    "openclaw.streams.stream",
  },
  body_timeout = 300,
  credentials = {
    azure = { keys = { { source = "env", name = "AZURE_KEY", weight = 1 } }, rules = {} },
    openai = { keys = { { source = "env", name = "OPENAI_KEY", weight = 1 } }, rules = {} },
  },
  resolver = { addresses = { "127.0.0.53" }, ipv6 = false, timeout = 2 },
  balancers = {
    azure = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "our.openai.azure.com",
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
  },
  routes = {
    chat = {
      destination = "upstream",
      targets = { { upstream = "openai" } },
      fallback = { { upstream = "azure" }, { upstream = "own", model = "llama-3" } },
      tries = 4,
      within = 90,
      on = { connect = true, reset = false, timeout = false },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
  },
  breakers = {
    openai = { servers = 1, failures = 5, open = 10 },
    azure = { servers = 1, failures = 3, open = 30 },
    own = { servers = 1 },
  },
  streams = { chat = { first_byte = 60, idle = 20, total = 300, read = 60, event = true } },
}
