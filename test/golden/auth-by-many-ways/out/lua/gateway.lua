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
    claude = { keys = { { source = "env", name = "ANTHROPIC_API_KEY", weight = 1 } }, rules = {} },
    llm = {
      keys = {},
      rules = {
        { tier = "internal", keys = { { source = "env", name = "INTERNAL_KEY", weight = 1 } } },
        {
          route = "any",
          keys = {
            { source = "file", name = "/run/secrets/a", weight = 1 },
            { source = "file", name = "/run/secrets/b", weight = 3 },
          },
        },
      },
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
  },
  policies = {
    ["applications-of-all-the-teams-of-the-company-in-the-year-2026,appli-859f53a1f8b6"] = {
      all = false,
      methods = {
        {
          kind = "key_maps",
          name = "applications-of-all-the-teams-of-the-company-in-the-year-2026",
          clients = "applications-of-all-the-teams-of-the-company-in-the-year-2026",
        },
        {
          kind = "key_maps",
          name = "applications-of-partners-of-the-company-in-the-year-2026",
          clients = "applications-of-partners-of-the-company-in-the-year-2026",
        },
        {
          kind = "jwt",
          name = "tokens-of-the-platform-of-the-company-and-its-subsidiaries",
          clients = "tokens-of-the-platform-of-the-company-and-its-subsidiaries",
        },
        {
          kind = "introspection",
          name = "opaque-tokens-of-partners",
          clients = "opaque-tokens-of-partners",
        },
        { kind = "basic_auth", name = "staff", clients = "staff" },
      },
      realm = "The staff",
      challenge = "Bearer realm=\034openclaw\034, Basic realm=\034The staff\034, charset=\034UTF-8\034",
    },
    ["applications-of-partners-of-the-company-in-the-year-2026+staff"] = {
      all = true,
      methods = {
        {
          kind = "key_maps",
          name = "applications-of-partners-of-the-company-in-the-year-2026",
          clients = "applications-of-partners-of-the-company-in-the-year-2026",
        },
        { kind = "basic_auth", name = "staff", clients = "staff" },
      },
      realm = "The staff",
      challenge = "Bearer realm=\034openclaw\034, Basic realm=\034The staff\034, charset=\034UTF-8\034",
    },
  },
  key_maps = {
    ["applications-of-all-the-teams-of-the-company-in-the-year-2026"] = {
      sources = { { kind = "header", variable = "http_x_team_key" }, { kind = "query", name = "key" } },
      files = { { path = "/etc/openclaw/keys/teams.keys", label = "/etc/openclaw/keys/teams.keys" } },
    },
    ["applications-of-partners-of-the-company-in-the-year-2026"] = {
      sources = { { kind = "websocket" } },
      files = {
        {
          path = "keys/applications-of-partners-of-the-company-in-the-year-2026.keys",
          label = "keys/applications-of-partners-of-the-company-in-the-year-2026.keys",
        },
      },
    },
  },
  jwt = {
    ["tokens-of-the-platform-of-the-company-and-its-subsidiaries"] = {
      sources = { { kind = "bearer" } },
      keys = { file = "jwks.json" },
      algorithms = { ["ES256"] = true, ["RS256"] = true },
      issuer = "https://login.example.com/",
      audience = { "gateway" },
      leeway = 30,
      require_expiry = true,
      claims = {
        clients = "tokens-of-the-platform-of-the-company-and-its-subsidiaries",
        client = "sub",
        required = { { name = "email_verified" }, { name = "scope", values = { "chat", "embed" } } },
      },
    },
  },
  introspection = {
    ["opaque-tokens-of-partners"] = {
      sources = { { kind = "bearer" } },
      url = { scheme = "https", host = "sso.partner.example", port = 443, path = "/introspect" },
      client_id = "gateway",
      client_secret = { source = "env", name = "SSO_SECRET" },
      authentication = "basic",
      cache = 60,
      timeout = 5000,
      audience = { "gateway" },
      claims = { clients = "opaque-tokens-of-partners", client = "sub", required = {} },
    },
  },
  basic_auth = { staff = { tier = "internal" } },
  routes = {
    any = {
      destination = "upstream",
      targets = { { upstream = "llm" } },
      fallback = {},
      tries = 3,
      within = 915,
      on = { connect = true, reset = true, timeout = true },
      statuses = { 429, 500, 502, 503, 504, 529 },
    },
  },
  breakers = { llm = { servers = 1 } },
}
