-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.upstreams.upstream",
  },
  body_timeout = 300,
  credentials = {},
  resolver = { addresses = { "127.0.0.11" }, ipv6 = false, timeout = 2 },
  balancers = {
    creative = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "creative-llm",
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
    sentiment = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "sentiment-llm",
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
    summarization = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "summarization-llm",
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
}
