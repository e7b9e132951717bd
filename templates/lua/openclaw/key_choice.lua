-- Which key of an upstream an attempt gets: one by weight among those that work, as far as is known.

local credential = require "openclaw.credential"
local credential_pool = require "openclaw.credential_pool"
local key_health = require "openclaw.key_health"
local request_state = require "openclaw.request_state"

local _M = {}

-- What a target's upstream will be asked for, or nil where no request of this route is read.
function _M.model(state, target)
  return target.model or state.model
end

local function spent_name(upstream, id, model)
  return upstream .. " " .. id .. " " .. (model or "")
end

-- Remembers that a key failed in this request, however soon the provider says it comes back.
function _M.spend(state, upstream, id, model)
  state.spent = state.spent or {}
  state.spent[spent_name(upstream, id, model)] = true
end

-- Calls back with each key that cannot be used: its index, the seconds until it comes back and whether they are known.
local function each_out(state, pool, upstream, model, found)
  local has_trouble = key_health.has_trouble()
  if not has_trouble and not state.spent then
    return
  end
  local ids = pool.ids
  for index = 1, #ids do
    local seconds, is_limited
    if has_trouble then
      seconds, is_limited = key_health.out_for(upstream, ids[index], model)
    end
    if seconds or state.spent and state.spent[spent_name(upstream, ids[index], model)] then
      found(index, seconds or 0, is_limited)
    end
  end
end

-- How many keys an attempt at this target could use; without any, the seconds until the first one comes back and
-- whether the provider has said so. An upstream that needs no key counts as having one.
function _M.usable(state, target)
  local pool = credential.pool(target.upstream, state.client, state.tier, state.route)
  if not pool then
    return 1
  end
  local count = #pool.ids
  local soonest, is_limited
  each_out(state, pool, target.upstream, _M.model(state, target), function(_, seconds, limited)
    count = count - 1
    if not soonest or seconds < soonest then
      soonest, is_limited = seconds, limited
    end
  end)
  return count, soonest, is_limited
end

-- For `credential.choose_by`: the key of the attempt that begins. When none works it is the one that comes back first.
local function pick(pool, upstream)
  local state = request_state.get()
  local current = state and state.current
  if not current or #pool.ids == 0 then
    return (credential_pool.pick(pool))
  end
  local out, count, first, soonest = nil, 0, nil, nil
  each_out(state, pool, upstream, current.model, function(index, seconds)
    out = out or {}
    out[index] = true
    count = count + 1
    if not soonest or seconds < soonest then
      first, soonest = index, seconds
    end
  end)
  local value, index
  if not out then
    value, index = credential_pool.pick(pool)
  elseif count == #pool.ids then
    value, index = pool.values[first], first
  else
    value, index = credential_pool.pick_without(pool, out)
  end
  current.key = pool.ids[index]
  return value
end

-- Chooses the keys of all requests whose upstream the gateway chooses, from init on.
function _M.configure()
  credential.choose_by(pick)
end

return _M
