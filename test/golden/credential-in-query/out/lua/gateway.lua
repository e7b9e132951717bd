-- What the runtime library works with. Secrets are named here, never written.
return {
  credentials = {
    ["legacy"] = { source = "env", name = "LEGACY_MODEL_KEY" },
  },
  upstreams = {
  },
}
