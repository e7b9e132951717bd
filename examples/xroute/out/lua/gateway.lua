-- What the runtime library works with. Secrets are named here, never written.
return {
  credentials = {
    ["xroute"] = { source = "env", name = "XROUTE_API_KEY" },
  },
  upstreams = {
  },
}
