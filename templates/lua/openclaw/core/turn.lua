-- Turns at a piece of work that one request of all workers is enough for, by a shared dictionary. A turn is one number,
-- until when nobody else gets it, in milliseconds of the clock; below 0 once its holder is done and only a pause is
-- left.

local clock = require "openclaw.core.clock"
local replace = require "openclaw.core.replace_number"

local ngx = ngx
local abs, ceil, min = math.abs, math.ceil, math.min

local _M = {}

-- Seconds. Short at first, for the answer may be near; longer then, for a thousand requests may be waiting.
local FIRST_PAUSE, MAX_PAUSE = 0.005, 0.1

local CAN_WAIT = { rewrite = true, server_rewrite = true, access = true, content = true, timer = true }

-- Whether nginx can suspend what runs here, as both work and waiting need.
function _M.can_wait()
  return CAN_WAIT[ngx.get_phase()] or false
end

local function moment_after(seconds)
  return clock.milliseconds() + ceil(seconds * 1000)
end

-- Takes the turn, unless somebody has it or had it just now; it is free again after `seconds` should its holder vanish.
-- Returns a number to know it by, or nil.
function _M.take(dictionary, key, seconds)
  local wanted = moment_after(seconds)
  if dictionary:add(key, wanted) then
    return wanted
  end
  local found = dictionary:get(key)
  if found and abs(found) <= clock.milliseconds() and replace(dictionary, key, found, wanted) then
    return wanted
  end
end

-- Keeps a turn for `seconds` from now on; returns its new number, or nil when it is somebody else's by now.
function _M.extend(dictionary, key, turn, seconds)
  local wanted = moment_after(seconds)
  if dictionary:get(key) == turn and replace(dictionary, key, turn, wanted) then
    return wanted
  end
end

-- Ends the turn; nobody gets another one within `hold` seconds.
function _M.pass(dictionary, key, hold)
  if hold > 0 then
    dictionary:set(key, -moment_after(hold))
  else
    dictionary:delete(key)
  end
end

-- Whether somebody has the turn, and is not done with it.
function _M.is_taken(dictionary, key)
  local found = dictionary:get(key)
  return found ~= nil and found > clock.milliseconds()
end

-- Waits, `seconds` at most, while somebody has the turn.
function _M.await(dictionary, key, seconds)
  local waited, pause = 0, FIRST_PAUSE
  while waited < seconds and _M.is_taken(dictionary, key) do
    ngx.sleep(pause)
    waited = waited + pause
    pause = min(2 * pause, MAX_PAUSE)
  end
end

return _M
