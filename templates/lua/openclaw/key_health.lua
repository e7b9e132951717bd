-- Which keys of upstreams do not work for a while: refused, not paid for, or over their limit. Shared by all workers;
-- keys are named by a part of their hash, so that a new key in the place of an old one is another one.

local clock = require "openclaw.clock"
local dates = require "openclaw.dates"
local state_memory = require "openclaw.state_memory"

local ngx = ngx
local ceil, max, min = math.ceil, math.max, math.min
local find = string.find
local tonumber = tonumber

local _M = {}

-- Seconds.
local REFUSED, LIMITED, LONGEST = 60, 5, 3600

-- Is there when any key has had trouble: as long as none had, one look tells that all of them work.
local TROUBLE = "key_trouble"
local RATE_LIMITED = 1

-- When this worker has last seen that there was none.
local quiet_at

state_memory.forget("key ", function(until_when, _, now)
  return until_when <= now
end)

-- Which part of the key's use a status is about: a provider may refuse, or limit, one model and serve the others.
local SECONDS = { [401] = REFUSED, [402] = REFUSED, [403] = REFUSED, [429] = LIMITED }
local OF_ONE_MODEL = { [403] = true, [429] = true }

local function memory()
  return ngx.shared.openclaw_state
end

-- Whether a status is about the key, not about the upstream or the request.
function _M.concerns(status)
  return SECONDS[status] ~= nil
end

-- Seconds that a Retry-After header asks for (RFC 9110 section 10.2.3), an hour at most, or nil.
function _M.parse_retry_after(value)
  if not value then
    return nil
  end
  local seconds = find(value, "^%d+$") and tonumber(value)
  if not seconds then
    local moment = ngx.parse_http_time(value)
    seconds = moment and moment - dates.now()
  end
  return seconds and max(0, min(seconds, LONGEST))
end

local function name_of(upstream, id, model)
  return "key " .. upstream .. " " .. id .. (model and " " .. model or "")
end

-- Takes a key out after an answer about it. `retry_after` is in seconds or nil, so is the model where it is known.
function _M.mark(upstream, id, model, status, retry_after)
  local shared = memory()
  local seconds = status == 429 and retry_after or SECONDS[status]
  if not shared or not seconds or seconds <= 0 then
    return
  end
  local name = name_of(upstream, id, OF_ONE_MODEL[status] and model or nil)
  local flags = status == 429 and retry_after and RATE_LIMITED or 0
  -- Never in the place of what others keep there.
  state_memory.put(name, clock.now() + seconds, flags)
  state_memory.put(TROUBLE, clock.now() + LONGEST)
  quiet_at = nil
end

-- Whether any key may be out at all. That none is holds as long as nginx's clock stands still, about a millisecond.
function _M.has_trouble()
  local shared, now = memory(), clock.now()
  if not shared or quiet_at == now then
    return false
  end
  local has_trouble = (shared:get(TROUBLE) or 0) > now
  quiet_at = not has_trouble and now or nil
  return has_trouble
end

-- Seconds until a key comes back, and whether the provider said so; or nil when it may be used.
function _M.out_for(upstream, id, model)
  local shared = memory()
  if not shared then
    return nil
  end
  local whole, whole_flags = shared:get(name_of(upstream, id))
  local part, part_flags
  if model then
    part, part_flags = shared:get(name_of(upstream, id, model))
  end
  local until_when, flags = whole, whole_flags
  if part and (not whole or part > whole) then
    until_when, flags = part, part_flags
  end
  local remaining = until_when and until_when - clock.now() or 0
  if remaining > 0 and remaining < LONGEST + 1 then
    return remaining, flags == RATE_LIMITED
  end
end

-- Seconds as Retry-After has them: whole, and never none.
function _M.retry_after(seconds)
  return max(1, ceil(seconds))
end

return _M
