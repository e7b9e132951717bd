return require("openclaw.request_headers").repeated(ngx.arg[1])
