-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.upstreams.upstream",
  },
  body_timeout = 300,
  credentials = {},
  resolver = { addresses = { "127.0.0.53", "[::1]:5353" }, valid = 30, ipv6 = true, timeout = 2 },
  balancers = {
    llm = {
      kind = "round_robin",
      tries = 3,
      servers = {
        {
          host = "llm-1.internal",
          port = 8000,
          weight = 2,
          max_fails = 1,
          fail_timeout = 5,
          max_conns = 0,
          slow_start = 0,
          backup = false,
          down = false,
        },
        {
          host = "llm-2.internal",
          port = 8000,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          max_conns = 0,
          slow_start = 0,
          backup = true,
          down = false,
        },
      },
    },
  },
}
