-- Asks one server how it is: one request, whose status tells.

local credential = require "openclaw.credentials.credential"
local http = require "openclaw.net.http"

local ngx = ngx
local find = string.find
local pairs = pairs

local _M = {}

-- The upstream's own credential, where the check needs it: it is a header, or an argument in the query. What belongs to
-- it are values of variables, whose headers the check names.
local function add_credential(request, upstream)
  local wanted = upstream.health.credential
  local value, sent
  if wanted then
    value, sent = credential.value(upstream.name)
  end
  if wanted and not value then
    return nil, "no credential"
  elseif wanted and wanted.header then
    request.headers[wanted.header] = (wanted.prefix or "") .. value
  elseif wanted then
    local separator = find(request.path, "?", 1, true) and "&" or "?"
    request.path = request.path .. separator .. wanted.argument .. "=" .. ngx.escape_uri(value)
  end
  for variable, header in pairs(wanted and wanted.sent or {}) do
    request.headers[header] = sent and sent[variable] or nil
  end
  return true
end

local function compose(upstream, peer)
  local health, tls = upstream.health, upstream.tls
  local request = {
    scheme = tls and "https" or "http",
    host = upstream.servers[peer.server].unix and "localhost" or upstream.servers[peer.server].host,
    port = peer.port,
    address = peer.address,
    authority = upstream.host,
    server_name = tls and tls.name,
    verify = tls and tls.verify,
    method = health.method or "GET",
    path = health.path,
    body = health.body,
    headers = {},
    timeout = health.timeout * 1000,
    head_only = true,
  }
  for name, value in pairs(health.headers or {}) do
    request.headers[name] = value
  end
  if health.body then
    request.headers["Content-Type"] = "application/json"
  end
  return request
end

-- Whether a server is well, and if not the reason, which repeats nothing of its answer.
function _M.run(upstream, peer)
  local request = compose(upstream, peer)
  local ok, reason = add_credential(request, upstream)
  if not ok then
    return false, reason
  end
  local answer
  answer, reason = http.request(request)
  if not answer then
    return false, reason
  elseif answer.status >= 400 then
    return false, "status " .. answer.status
  end
  return true
end

return _M
