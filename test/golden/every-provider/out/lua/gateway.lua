-- What the runtime library works with. Secrets are named here, never written.
return {
  credentials = {
    anthropic = { keys = { { source = "env", name = "ANTHROPIC_API_KEY", weight = 1 } }, rules = {} },
    azure = { keys = { { source = "env", name = "AZURE_OPENAI_API_KEY", weight = 1 } }, rules = {} },
    cohere = { keys = { { source = "env", name = "COHERE_API_KEY", weight = 1 } }, rules = {} },
    gemini = { keys = { { source = "env", name = "GEMINI_API_KEY", weight = 1 } }, rules = {} },
    groq = { keys = { { source = "env", name = "GROQ_API_KEY", weight = 1 } }, rules = {} },
    mistral = { keys = { { source = "env", name = "MISTRAL_API_KEY", weight = 1 } }, rules = {} },
    openai = { keys = { { source = "env", name = "OPENAI_API_KEY", weight = 1 } }, rules = {} },
    openrouter = { keys = { { source = "env", name = "OPENROUTER_API_KEY", weight = 1 } }, rules = {} },
    together = { keys = { { source = "env", name = "TOGETHER_API_KEY", weight = 1 } }, rules = {} },
    xroute = { keys = { { source = "env", name = "XROUTE_API_KEY", weight = 1 } }, rules = {} },
  },
  resolver = { addresses = { "127.0.0.53" }, ipv6 = false, timeout = 2 },
  upstreams = {
    anthropic = {
      tries = 3,
      servers = {
        {
          host = "api.anthropic.com",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
    azure = {
      tries = 3,
      servers = {
        {
          host = "your-resource.openai.azure.com",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
    cohere = {
      tries = 3,
      servers = {
        {
          host = "api.cohere.com",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
    gemini = {
      tries = 3,
      servers = {
        {
          host = "generativelanguage.googleapis.com",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
    groq = {
      tries = 3,
      servers = {
        {
          host = "api.groq.com",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
    mistral = {
      tries = 3,
      servers = {
        {
          host = "api.mistral.ai",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
    openai = {
      tries = 3,
      servers = {
        {
          host = "api.openai.com",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
    openrouter = {
      tries = 3,
      servers = {
        {
          host = "openrouter.ai",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
    together = {
      tries = 3,
      servers = {
        {
          host = "api.together.xyz",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
    xroute = {
      tries = 3,
      servers = {
        {
          host = "api.xroute.ai",
          port = 443,
          weight = 1,
          max_fails = 1,
          fail_timeout = 10,
          backup = false,
          down = false,
        },
      },
    },
  },
}
