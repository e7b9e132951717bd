-- What /openclaw/health says: that nginx answers, how fresh the files are that this worker watches, and which servers
-- of the upstreams that it balances get requests.

local respond = require "openclaw.core.respond"
local time = require "openclaw.core.time"
local watch = require "openclaw.core.watch"

local ngx = ngx
local concat = table.concat
local find = string.find
local ipairs, package, pairs, tostring = ipairs, package, pairs, tostring

local _M = {}

local function describe(file)
  return '{"name":' .. respond.json_string(file.label)
    .. ',"loaded":' .. respond.json_string(file.loaded_at and time.format(file.loaded_at))
    .. ',"ok":' .. tostring(file.ok) .. "}"
end

local function describe_upstream(upstream)
  local servers = {}
  for index, server in ipairs(upstream.servers) do
    servers[index] = '{"server":' .. server.server .. ',"ok":' .. tostring(server.ok) .. "}"
  end
  return '{"name":' .. respond.json_string(upstream.name) .. ',"ok":' .. tostring(upstream.ok)
    .. ',"servers":[' .. concat(servers, ",") .. "]}"
end

-- The upstreams as JSON, if any is balanced here (else that module is not even there), and the status of all.
local function describe_upstreams()
  local module = package.loaded["openclaw.upstreams.upstream"]
  if not module then
    return "", "ok"
  end
  local upstreams, status = {}, "ok"
  for index, upstream in ipairs(module.health()) do
    upstreams[index] = describe_upstream(upstream)
    status = upstream.ok and status or "degraded"
  end
  return ',"upstreams":[' .. concat(upstreams, ",") .. "]", status
end

local function describe_files()
  local files = {}
  for index, file in ipairs(watch.files()) do
    files[index] = describe(file)
  end
  return ',"files":[' .. concat(files, ",") .. "]"
end

local function is_loopback(address)
  return address == "::1" or address == nil or find(address, "^127%.") ~= nil
end

-- Headers that proxies add: RFC 7239, RFC 9110 section 7.6.3, the older ones, and those of Envoy (a sidecar asks from
-- 127.0.0.6 and tells no address), Cloudflare and Akamai.
local OF_PROXIES = {
  "^forwarded$", "^via$", "^x%-forwarded", "^x%-original%-", "^x%-real%-ip$", "^x%-client%-ip$", "^x%-cluster%-client%-ip$",
  "^x%-envoy%-", "^cf%-", "^true%-client%-ip$", "^x%-request%-id$",
}
-- Nobody who asks for themselves sends more.
local MAX_HEADERS = 30

local function is_from_proxy()
  local headers, err = ngx.req.get_headers(MAX_HEADERS)
  for name in pairs(headers) do
    for _, pattern in ipairs(OF_PROXIES) do
      if find(name, pattern) then
        return true
      end
    end
  end
  return err ~= nil
end

-- Whether somebody on this machine asks, and for themselves: neither a proxy that says for whom, nor one that is
-- believed.
local function is_local()
  local var = ngx.var
  return var.remote_addr ~= nil and is_loopback(var.remote_addr) and is_loopback(var.realip_remote_addr)
    and not is_from_proxy()
end

-- Answers 200 even where a whole upstream is down: a gateway that keeps what it had is able to work. Names of files,
-- upstreams and servers are for who is on this machine; reasons, counts and addresses are for nobody.
function _M.answer()
  local upstreams, status = describe_upstreams()
  local body = '{"status":"' .. status .. '"' .. (is_local() and describe_files() .. upstreams or "") .. "}\n"
  ngx.header.content_type = "application/json"
  ngx.header.cache_control = "no-store"
  ngx.header.content_length = #body
  -- CVE-2024-33452: before lua-nginx-module 0.10.27 a body that answers HEAD is sent.
  if ngx.var.request_method ~= "HEAD" then
    ngx.print(body)
  end
end

return _M
