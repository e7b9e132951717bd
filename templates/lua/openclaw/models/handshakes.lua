-- Websockets: what follows the handshake is passed on unseen.

local form = require "openclaw.models.form"
local rules = require "openclaw.models.work_rules"

local ngx = ngx
local find, gsub, lower = string.find, string.gsub, string.lower
local ipairs = ipairs

local _M = {}

local binding = {}
for index, tail in ipairs(rules.binds_handshake) do
  binding[index] = "/" .. gsub(tail, "[%-.+]", "%%%0") .. "$"
end
local freeing = {}
for _, name in ipairs(rules.frees_handshake) do
  freeing[name] = true
end

local routes = {}

-- Takes `websockets` from lua/gateway.lua in init: by the names of routes that let them through, whether all of their
-- upstreams keep to the model of the handshake.
function _M.configure(data)
  routes = data.websockets
end

-- What the current request is on a route, whose upstream gets this path: nil when it is no handshake, `bound` when the
-- model that it names is the one that works, else `free`.
function _M.kind(route, path)
  local is_kept = routes[route]
  -- Where nothing else lets clients switch, the variable is not there.
  local upgrade = is_kept ~= nil and ngx.var.openclaw_upgrade or ""
  if upgrade == "" then
    return nil
  elseif not is_kept or form.has_field(ngx.var.args, freeing) then
    return "free"
  end
  for _, pattern in ipairs(binding) do
    if find(lower(path), pattern) then
      return "bound"
    end
  end
  return "free"
end

return _M
