return require("openclaw.core.request_headers").repeated(ngx.arg[1])
