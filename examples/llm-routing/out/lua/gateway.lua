-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.upstreams.upstream",
  },
  body_timeout = 300,
  credentials = {
    anthropic = {
      keys = { { source = "file", name = "/run/secrets/anthropic_api_key", weight = 1 } },
      rules = {},
    },
    openai = { keys = { { source = "env", name = "OPENAI_API_KEY", weight = 1 } }, rules = {} },
  },
  resolver = { addresses = { "127.0.0.11" }, ipv6 = false, timeout = 2 },
  balancers = {
    anthropic = {
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
    ["custom-model-a"] = {
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
      },
    },
    ["custom-model-b"] = {
      kind = "round_robin",
      tries = 3,
      servers = {
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
}
