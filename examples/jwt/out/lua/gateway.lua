-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.upstreams.upstream",
    "openclaw.callers.auth",
  },
  body_timeout = 300,
  credentials = {
    openai = {
      keys = { { source = "env", name = "OPENAI_API_KEY", weight = 1 } },
      rules = {
        {
          tier = "enterprise",
          keys = { { source = "env", name = "OPENAI_API_KEY_ENTERPRISE", weight = 1 } },
        },
      },
    },
  },
  resolver = { addresses = { "127.0.0.11" }, ipv6 = false, timeout = 2 },
  balancers = {
    llm = {
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
    platform = {
      all = false,
      methods = { { kind = "jwt", name = "platform", clients = "platform" } },
      challenge = "Bearer realm=\034openclaw\034",
    },
    ["platform,partners"] = {
      all = false,
      methods = {
        { kind = "jwt", name = "platform", clients = "platform" },
        { kind = "introspection", name = "partners", clients = "partners" },
      },
      challenge = "Bearer realm=\034openclaw\034",
    },
  },
  jwt = {
    platform = {
      sources = { { kind = "bearer" } },
      keys = {
        url = {
          scheme = "https",
          host = "login.yourcompany.com",
          port = 443,
          path = "/.well-known/jwks.json",
        },
        max_age = 3600,
        floor = 30,
        timeout = 5000,
      },
      algorithms = { ["ES256"] = true, ["RS256"] = true },
      issuer = "https://login.yourcompany.com/",
      audience = { "llm-gateway" },
      leeway = 30,
      require_expiry = true,
      claims = {
        clients = "platform",
        client = "azp",
        tier = "plan",
        required = { { name = "scope", values = { "chat" } } },
      },
    },
  },
  introspection = {
    partners = {
      sources = { { kind = "bearer" } },
      url = { scheme = "https", host = "sso.partner.example", port = 443, path = "/oauth2/introspect" },
      client_id = "llm-gateway",
      client_secret = { source = "file", name = "/run/secrets/partner_sso" },
      authentication = "basic",
      cache = 30,
      timeout = 5000,
      claims = { clients = "partners", client = "sub", required = {} },
    },
  },
}
