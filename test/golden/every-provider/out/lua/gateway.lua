-- What the runtime library works with. Secrets are named here, never written.
return {
  credentials = {
    ["anthropic"] = { source = "env", name = "ANTHROPIC_API_KEY" },
    ["azure"] = { source = "env", name = "AZURE_OPENAI_API_KEY" },
    ["cohere"] = { source = "env", name = "COHERE_API_KEY" },
    ["gemini"] = { source = "env", name = "GEMINI_API_KEY" },
    ["groq"] = { source = "env", name = "GROQ_API_KEY" },
    ["mistral"] = { source = "env", name = "MISTRAL_API_KEY" },
    ["openai"] = { source = "env", name = "OPENAI_API_KEY" },
    ["openrouter"] = { source = "env", name = "OPENROUTER_API_KEY" },
    ["together"] = { source = "env", name = "TOGETHER_API_KEY" },
    ["xroute"] = { source = "env", name = "XROUTE_API_KEY" },
  },
  resolver = {
    addresses = {
      "127.0.0.53",
    },
    ipv6 = false,
    timeout = 2,
  },
  upstreams = {
    ["anthropic"] = {
      tries = 3,
      servers = {
        { host = "api.anthropic.com", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
    ["azure"] = {
      tries = 3,
      servers = {
        { host = "your-resource.openai.azure.com", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
    ["cohere"] = {
      tries = 3,
      servers = {
        { host = "api.cohere.com", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
    ["gemini"] = {
      tries = 3,
      servers = {
        { host = "generativelanguage.googleapis.com", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
    ["groq"] = {
      tries = 3,
      servers = {
        { host = "api.groq.com", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
    ["mistral"] = {
      tries = 3,
      servers = {
        { host = "api.mistral.ai", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
    ["openai"] = {
      tries = 3,
      servers = {
        { host = "api.openai.com", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
    ["openrouter"] = {
      tries = 3,
      servers = {
        { host = "openrouter.ai", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
    ["together"] = {
      tries = 3,
      servers = {
        { host = "api.together.xyz", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
    ["xroute"] = {
      tries = 3,
      servers = {
        { host = "api.xroute.ai", port = 443, weight = 1, max_fails = 1, fail_timeout = 10, backup = false, down = false },
      },
    },
  },
}
