-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = {
    "openclaw.core.received_body",
    "openclaw.credentials.credential",
    "openclaw.upstreams.upstream",
    "openclaw.callers.auth",
  },
  body_timeout = 300,
  credentials = { claude = { keys = { { source = "env", name = "ANTHROPIC_API_KEY", weight = 1 } }, rules = {} } },
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
    apps = {
      all = false,
      methods = { { kind = "key_maps", name = "apps", clients = "apps" } },
      challenge = "Bearer realm=\034openclaw\034",
      counts = { claims = {} },
    },
    ["apps,staff"] = {
      all = false,
      methods = {
        { kind = "key_maps", name = "apps", clients = "apps" },
        { kind = "basic_auth", name = "staff", clients = "staff" },
      },
      realm = "staff",
      challenge = "Bearer realm=\034openclaw\034, Basic realm=\034staff\034, charset=\034UTF-8\034",
      counts = { claims = {} },
    },
    ["platform,apps"] = {
      all = false,
      methods = {
        { kind = "jwt", name = "platform", clients = "platform" },
        { kind = "key_maps", name = "apps", clients = "apps" },
      },
      challenge = "Bearer realm=\034openclaw\034",
      counts = { claims = { { name = "realm.org", variable = "openclaw_claim_realm_org_8859910a" } } },
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
  jwt = {
    platform = {
      sources = { { kind = "bearer" } },
      keys = { file = "jwks.json" },
      algorithms = { ["ES256"] = true, ["RS256"] = true },
      issuer = "https://login.example.com/",
      audience = { "gateway" },
      leeway = 30,
      require_expiry = true,
      claims = { clients = "platform", client = "sub", counted = { "realm.org" }, required = {} },
    },
  },
  basic_auth = { staff = { tier = "internal" } },
}
