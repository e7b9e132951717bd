-- What /openclaw/health says: that nginx answers, how fresh the files are that this worker watches, and which servers of
-- the upstreams that it balances get requests.

local respond = require "openclaw.respond"
local time = require "openclaw.time"
local watch = require "openclaw.watch"

local ngx = ngx
local concat = table.concat
local ipairs, package, tostring = ipairs, package, tostring

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
  local module = package.loaded["openclaw.upstream"]
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

-- Answers 200 even where a whole upstream is down: a gateway that keeps what it had is able to work. Neither reasons,
-- counts nor addresses are for the public.
function _M.answer()
  local files = {}
  for index, file in ipairs(watch.files()) do
    files[index] = describe(file)
  end
  local upstreams, status = describe_upstreams()
  local body = '{"status":"' .. status .. '","files":[' .. concat(files, ",") .. "]" .. upstreams .. "}\n"
  ngx.header.content_type = "application/json"
  ngx.header.cache_control = "no-store"
  ngx.header.content_length = #body
  -- CVE-2024-33452: before lua-nginx-module 0.10.27 a body that answers HEAD is sent.
  if ngx.var.request_method ~= "HEAD" then
    ngx.print(body)
  end
end

return _M
