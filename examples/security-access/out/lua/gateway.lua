-- What the runtime library works with. Secrets are named here, never written.
return {
  capabilities = { "openclaw.core.received_body", "openclaw.credentials.credential", "openclaw.callers.auth" },
  body_timeout = 300,
  credentials = {},
  policies = {
    ["machines,staff"] = {
      all = false,
      methods = {
        { kind = "client_certificates", name = "machines", clients = "machines" },
        { kind = "basic_auth", name = "staff", clients = "staff" },
      },
      realm = "Model playground",
      challenge = "Bearer realm=\034openclaw\034, Basic realm=\034Model playground\034, charset=\034UTF-8\034",
    },
  },
  basic_auth = { staff = {} },
  client_certificates = { machines = { clients = { ["CN=nightly-batch,O=Your Company"] = { id = "nightly-batch" } } } },
}
