-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.upstreams.upstream",
    "openclaw.callers.auth",
    "openclaw.attempts.router",
  },
  body_timeout = 300,
  credentials = {
    anthropic = {
      keys = { { source = "file", name = "/run/secrets/anthropic_api_key", weight = 1 } },
      rules = {
        {
          tier = "premium",
          keys = {
            {
              source = "file",
              name = "/run/openclaw/secrets/secret-data-anthropic-premium_key-e7a331fea792",
              weight = 1,
            },
          },
        },
      },
    },
    openai = {
      keys = {
        {
          source = "env",
          name = "OPENAI_API_KEY",
          weight = 1,
          sent = { openclaw_sent_openai_organization = "org-yourcompany" },
        },
        {
          source = "env",
          name = "OPENAI_API_KEY_2",
          weight = 2,
          sent = { openclaw_sent_openai_organization = "org-yourcompany" },
        },
      },
      rules = {
        {
          client = "apps/mobile",
          keys = { { source = "env", name = "OPENAI_API_KEY_MOBILE", weight = 1 } },
        },
      },
    },
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
        { kind = "header", variable = "http_x_client_api_key" },
        { kind = "bearer" },
        { kind = "header", variable = "http_x_api_key" },
      },
      files = { { path = "keys/apps.keys", label = "keys/apps.keys" } },
    },
  },
  routes = {
    openai = {
      destination = "upstream",
      strip = "/v1/llm-gateway/openai",
      add = "/v1",
      targets = { { upstream = "openai" } },
      fallback = {},
      tries = 3,
      within = 915,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
  },
  breakers = { openai = { servers = 1 } },
}
