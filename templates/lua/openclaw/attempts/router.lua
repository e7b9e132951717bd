-- Which upstreams may serve a request, in which order, by its route, its model and its caller.

local attempts = require "openclaw.attempts.attempts"
local breaker = require "openclaw.attempts.breaker"
local key_choice = require "openclaw.credentials.key_choice"
local model_rights = require "openclaw.models.model_rights"
local model_table = require "openclaw.models.model_table"
local path_rights = require "openclaw.models.path_rights"
local request_model = require "openclaw.models.request_model"
local request_state = require "openclaw.core.request_state"
local respond = require "openclaw.core.respond"
local work = require "openclaw.models.work"

local ngx = ngx
local gsub, sub = string.gsub, string.sub
local ipairs, pairs = ipairs, pairs

local _M = {}

-- Bytes of a name in a message: it is the client's own, and may be long.
local MAX_SHOWN = 64

local routes = {}

local function renames(targets)
  for _, target in ipairs(targets) do
    if target.model then
      return true
    end
  end
  return false
end

-- Takes lua/gateway.lua in init: its `routes`, { [name] = { destination, side?, path?, strip?, add?, targets?,
-- fallback?, tries, within, on, statuses? } }, and its `breakers`.
function _M.configure(data)
  breaker.configure(data.breakers or {})
  key_choice.configure()
  routes = {}
  for name, given in pairs(data.routes) do
    local on = {}
    for reason, wanted in pairs(given.on or {}) do
      on[reason] = wanted
    end
    for _, status in ipairs(given.statuses or {}) do
      on[status] = true
    end
    routes[name] = {
      by_model = given.destination == "by_model",
      side = given.side,
      path = given.path,
      strip = given.strip,
      add = given.add,
      targets = given.targets,
      fallback = given.fallback or {},
      reads = given.destination == "by_model" or renames(given.fallback or {}) or renames(given.targets or {}),
      plan = { tries = given.tries, within = given.within, on = on },
      lists = {},
    }
  end
end

-- Reads the model once for a request; what is wrong with it is answered.
local function read_request(state)
  local request = state and state.request
  if not request then
    local status, code, message
    request, status, code, message = request_model.read(ngx.var.uri)
    if not request then
      return respond.error(status, "invalid_request_error", code, message)
    end
    ngx.var.openclaw_model = request.model or ""
  end
  return request
end

local function join(first, fallback)
  local list, seen = {}, {}
  for _, targets in ipairs { first, fallback } do
    for _, target in ipairs(targets) do
      local name = target.upstream .. " " .. (target.model or "")
      if not seen[name] then
        seen[name] = true
        list[#list + 1] = target
      end
    end
  end
  return list
end

-- The list is the same for all requests that begin at the same key.
local function list_of(route, key, first)
  local list = route.lists[key]
  if not list then
    list = join(first, route.fallback)
    route.lists[key] = list
  end
  return list
end

local function refuse_model(model)
  -- Half a character would make the answer no text.
  local shown = #model > MAX_SHOWN and gsub(sub(model, 1, MAX_SHOWN), "[\192-\255][\128-\191]*$", "") .. "..." or model
  return respond.error(404, "invalid_request_error", "model_not_found",
    "The model '" .. shown .. "' does not exist or is not served here.")
end

local function find_targets(route, request)
  if route.by_model then
    local entry = model_table.find(request.model)
    if not entry then
      return refuse_model(request.model)
    end
    return list_of(route, entry.name, entry.targets)
  elseif route.side then
    local side = ngx.var[route.side]
    return list_of(route, side, { { upstream = side } })
  end
  return list_of(route, "", route.targets)
end

local function allowed(targets, identity)
  local upstreams = identity and identity.upstreams
  if not upstreams then
    return targets
  end
  local list = {}
  for _, target in ipairs(targets) do
    if upstreams[target.upstream] then
      list[#list + 1] = target
    end
  end
  if #list == 0 then
    return respond.error(403, "permission_error", "upstream_not_allowed",
      "This credential may not be used for this upstream.")
  end
  return list
end

-- The path that the upstreams of a route get, but for what is put before it.
local function upstream_path(route)
  local path = ngx.var.uri
  return route.path or route.strip and (route.add or "") .. sub(path, #route.strip + 1) or path
end

-- Access phase of a route whose upstream the gateway chooses: goes to the first attempt, or answers.
function _M.start(name, client, tier, identity)
  local route = routes[name]
  local state = request_state.get()
  local request = state and state.request
  local asked = identity and identity.models and work.of(name, upstream_path(route))
  if route.reads or asked and not asked.is_none or request then
    request = read_request(state)
    model_rights.check(identity, request, route.by_model, asked)
  end
  local targets = allowed(find_targets(route, request), identity)
  local is_picked = state ~= nil
  state = state or request_state.new()
  state.by_model = route.by_model or is_picked
  state.route, state.client, state.tier, state.identity = name, client, tier, identity
  state.targets, state.plan = targets, route.plan
  state.request, state.model = request, request and request.model
  return attempts.start(state)
end

-- Access phase of any other route: answers 400 or 403 when the caller may not use the model that it asks for.
function _M.permit(identity)
  local asked = identity and identity.models and work.of(ngx.var.openclaw_route, ngx.var.uri)
  if asked and not asked.is_none then
    local state = request_state.get()
    local request = read_request(state)
    model_rights.check(identity, request, false, asked)
    path_rights.check(identity, request, ngx.var.uri, state ~= nil)
  end
end

-- Rewrite phase of a path that several routes share: goes to the location that a variable names once $openclaw_model is
-- known.
function _M.pick(variable)
  local request = read_request()
  request_state.new().request = request
  return ngx.exec(ngx.var[variable])
end

return _M
