# Built by openclaw, for the agent of Vault or OpenBao: it writes keys into files that the gateway watches.
# The folder of these files has to exist; with the setgid bit, its group (the one of nginx) gets to read them.

# vault (openclaw.yaml:vault)
vault {
  address = "https://vault.yourcompany.com:8200"
}

# sign-in (openclaw.yaml:vault.auth)
auto_auth {
  method "approle" {
    config = {
      role_id_file_path   = "/etc/vault/role-id"
      secret_id_file_path = "/etc/vault/secret-id"
      # Or the agent deletes it, and cannot sign in again when its token ends.
      remove_secret_id_file_after_reading = false
    }
  }
}

# A secret that cannot be read leaves its file as it is, and the agent tries again.
template_config {
  exit_on_retry_failure         = false
  static_secret_render_interval = "1m"
}

# secret/data/anthropic-premium_key (openclaw.yaml:upstreams.anthropic.credential)
template {
  contents             = "{{ with secret \"secret/data/anthropic\" }}{{ .Data.data.premium_key }}{{ end }}"
  destination          = "/run/openclaw/secrets/secret-data-anthropic-premium_key-e7a331fea792"
  create_dest_dirs     = false
  perms                = "0640"
  backup               = false
  error_on_missing_key = true
}
