-- The models that a caller may ask for, as the API of the route lists them.

local model_rights = require "openclaw.models.model_rights"
local model_table = require "openclaw.models.model_table"
local names = require "openclaw.core.names"
local respond = require "openclaw.core.respond"

local ngx = ngx
local concat = table.concat
local ipairs, pairs = ipairs, pairs
local json_string = respond.json_string

local _M = {}

local WRITERS = {}

-- platform.openai.com/docs/api-reference/models/list
function WRITERS.openai(ids)
  local items = {}
  for index, id in ipairs(ids) do
    items[index] = '{"id":' .. json_string(id) .. ',"object":"model","created":0,"owned_by":"openclaw"}'
  end
  return '{"object":"list","data":[' .. concat(items, ",") .. "]}\n"
end

-- docs.anthropic.com/en/api/models-list
function WRITERS.anthropic(ids)
  local items = {}
  for index, id in ipairs(ids) do
    local text = json_string(id)
    items[index] = '{"type":"model","id":' .. text .. ',"display_name":' .. text
      .. ',"created_at":"1970-01-01T00:00:00Z"}'
  end
  return '{"data":[' .. concat(items, ",") .. '],"has_more":false,"first_id":' .. json_string(ids[1])
    .. ',"last_id":' .. json_string(ids[#ids]) .. "}\n"
end

-- ai.google.dev/api/models#method:-models.list
function WRITERS.gemini(ids)
  local items = {}
  for index, id in ipairs(ids) do
    items[index] = '{"name":' .. json_string("models/" .. id) .. "}"
  end
  return '{"models":[' .. concat(items, ",") .. "]}\n"
end

local function is_served(entry, upstreams)
  for _, target in ipairs(entry.targets) do
    if not upstreams or upstreams[target.upstream] then
      return true
    end
  end
  return false
end

local function list(identity)
  local ids = {}
  for name, entry in pairs(model_table.exact()) do
    if model_rights.allow(identity, name) and is_served(entry, identity and identity.upstreams) then
      ids[name] = true
    end
  end
  return names.sorted(ids)
end

-- Access phase: answers with the exact names of the table that this identity, or nil for anybody, may use.
function _M.answer(identity)
  local method = ngx.var.request_method
  if method ~= "GET" and method ~= "HEAD" then
    ngx.header.allow = "GET, HEAD"
    return respond.error(405, "invalid_request_error", "method_not_allowed", "The list of models can only be read.")
  end
  local body = (WRITERS[ngx.var.openclaw_api] or WRITERS.openai)(list(identity))
  ngx.status = 200
  ngx.header.content_type = "application/json"
  ngx.header.content_length = #body
  -- CVE-2024-33452: before lua-nginx-module 0.10.27 a body that answers HEAD is sent.
  if method ~= "HEAD" then
    ngx.print(body)
  else
    ngx.send_headers()
  end
  return ngx.exit(200)
end

return _M
