-- Which key of an upstream an attempt gets: one by weight among those that work, as far as is known.

local caller = require "openclaw.core.caller"
local clock = require "openclaw.core.clock"
local credential = require "openclaw.credentials.credential"
local credential_pool = require "openclaw.credentials.credential_pool"
local key_health = require "openclaw.credentials.key_health"
local path_shape = require "openclaw.core.path_shape"
local request_state = require "openclaw.core.request_state"

local ngx = ngx

local _M = {}

-- What a target's upstream will be asked for, or nil where no request of this route is read.
function _M.model(state, target)
  return target.model or state.model
end

-- What keys are judged by: computed once as long as the model stays.
local function about(state, model)
  local known = state.about
  if not known or known.model ~= model then
    local var = ngx.var
    local place = var.request_method .. " " .. path_shape.of(var.openclaw_uri or var.uri)
    known = key_health.about(caller.name(state), model, place)
    state.about = known
  end
  return known
end

local function spent_name(upstream, id, model)
  return upstream .. " " .. id .. " " .. (model or "")
end

-- Takes note that the key of an attempt was refused, in this request however soon the provider says it comes back.
function _M.refused(state, attempt, status, retry_after)
  key_health.refused(attempt.upstream, attempt.key, about(state, attempt.model), status, retry_after)
  state.spent = state.spent or {}
  state.spent[spent_name(attempt.upstream, attempt.key, attempt.model)] = true
end

-- Takes note that the key of an attempt was good.
function _M.served(state, attempt)
  if key_health.has_trouble() then
    key_health.served(attempt.upstream, attempt.key, about(state, attempt.model), attempt.began)
  end
end

-- Whether any key may be out for this request at all.
local function may_be_out(state)
  return state.spent or key_health.has_trouble()
end

-- Seconds until a key can be used, whether the provider has said so, and whether it may be tried nevertheless; or nil
-- when it can be used.
local function out_for(state, upstream, id, model)
  local seconds, is_limited, may_try = key_health.out_for(upstream, id, about(state, model))
  if state.spent and state.spent[spent_name(upstream, id, model)] then
    return seconds or 0, is_limited, false
  end
  return seconds, is_limited, may_try
end

-- How many keys an attempt at this target could use; without any, the seconds until the first one comes back and
-- whether the provider has said so. An upstream that needs no key counts as having one.
function _M.usable(state, target)
  local upstream = target.upstream
  local pool = credential.pool(upstream, state.client, state.tier, state.route)
  if not pool then
    return 1
  end
  local ids = pool.ids
  local count = #ids
  if not may_be_out(state) then
    return count
  end
  local model, soonest, is_soonest_limited = _M.model(state, target), nil, nil
  for index = 1, #ids do
    local seconds, is_limited, may_try = out_for(state, upstream, ids[index], model)
    if seconds and not may_try then
      count = count - 1
      if not soonest or seconds < soonest then
        soonest, is_soonest_limited = seconds, is_limited
      end
    end
  end
  return count, soonest, is_soonest_limited
end

-- When none works it is the one that comes back first. One request in a while tries a key that rests, where another
-- attempt can follow.
local function pick_working(state, pool, upstream, model)
  local out, count, first, soonest = {}, 0, nil, nil
  for index = 1, #pool.ids do
    local id = pool.ids[index]
    local seconds, _, may_try = out_for(state, upstream, id, model)
    if may_try and not state.current.last and key_health.try(upstream, id, about(state, model)) then
      return pool.values[index], index
    elseif seconds then
      out[index] = true
      count = count + 1
      if not soonest or seconds < soonest then
        first, soonest = index, seconds
      end
    end
  end
  if count == #pool.ids then
    return pool.values[first], first
  end
  return credential_pool.pick_without(pool, out)
end

-- For `credential.choose_by`: the key of the attempt that begins.
local function pick(pool, upstream)
  local state = request_state.get()
  local current = state and state.current
  local value, index
  if current and #pool.ids > 0 and may_be_out(state) then
    value, index = pick_working(state, pool, upstream, current.model)
  else
    value, index = credential_pool.pick(pool)
  end
  if current and index then
    current.key, current.began = pool.ids[index], clock.now()
  end
  return value, index
end

-- Chooses the keys of all requests whose upstream the gateway chooses, from init on.
function _M.configure()
  credential.choose_by(pick)
end

return _M
