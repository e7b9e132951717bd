-- What /openclaw/health says: that nginx answers, and how fresh the files are that this worker watches.

local respond = require "openclaw.respond"
local time = require "openclaw.time"
local watch = require "openclaw.watch"

local ngx = ngx
local concat = table.concat
local ipairs, tostring = ipairs, tostring

local _M = {}

local function describe(file)
  return '{"name":' .. respond.json_string(file.label)
    .. ',"loaded":' .. respond.json_string(file.loaded_at and time.format(file.loaded_at))
    .. ',"ok":' .. tostring(file.ok) .. "}"
end

-- Answers 200: a gateway that keeps what it had is able to work. Neither reasons nor counts are for the public.
function _M.answer()
  local files = {}
  for index, file in ipairs(watch.files()) do
    files[index] = describe(file)
  end
  local body = '{"status":"ok","files":[' .. concat(files, ",") .. "]}\n"
  ngx.header.content_type = "application/json"
  ngx.header.cache_control = "no-store"
  ngx.header.content_length = #body
  -- CVE-2024-33452: before lua-nginx-module 0.10.27 a body that answers HEAD is sent.
  if ngx.var.request_method ~= "HEAD" then
    ngx.print(body)
  end
end

return _M
