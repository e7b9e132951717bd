-- What the runtime library works with. Secrets are named here, never written.
return {
  credentials = {
    ["claude"] = { source = "file", name = "/run/secrets/anthropic" },
    ["own"] = { source = "file", name = "/run/secrets/own-model" },
  },
  upstreams = {
  },
}
