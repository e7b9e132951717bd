-- Writes to `openclaw_state` what ends some time. A dictionary's own end of an entry goes by the machine's clock, which
-- somebody may set: so entries stay until there is no room for others, and then those go that are over.

local clock = require "openclaw.core.clock"

local ngx = ngx
local ipairs, pairs = ipairs, pairs
local find = string.find

local _M = {}

-- Seconds between two looks at all entries, some thousands, by one worker.
local PAUSE = 1

local shared = ngx.shared.openclaw_state
local rules, swept_at = {}, nil

-- Lets entries whose name begins with `prefix` go when `is_over(value, flags, now)`; now: clock.now().
function _M.forget(prefix, is_over)
  rules[prefix] = is_over
end

local function is_over(key, now)
  for prefix, ends in pairs(rules) do
    if find(key, prefix, 1, true) == 1 then
      local value, flags = shared:get(key)
      return value and ends(value, flags or 0, now)
    end
  end
end

-- Returns whether any room was made.
local function sweep()
  local now, has_room = clock.now(), false
  if swept_at and now - swept_at < PAUSE then
    return false
  end
  swept_at = now
  for _, key in ipairs(shared:get_keys(0)) do
    if is_over(key, now) then
      shared:delete(key)
      has_room = true
    end
  end
  return has_room
end

local function write(method, key, value, flags)
  local ok, reason = shared[method](shared, key, value, 0, flags)
  if not ok and reason == "no memory" and sweep() then
    ok = shared[method](shared, key, value, 0, flags)
  end
  return ok
end

-- Writes an entry, never in the place of one that still counts; returns whether there was room.
function _M.put(key, value, flags)
  return write("safe_set", key, value, flags or 0)
end

-- The same, unless there is such an entry.
function _M.add(key, value)
  return write("safe_add", key, value, 0)
end

return _M
