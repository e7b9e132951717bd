-- Turns at a piece of work that one request of all workers is enough for, by a shared dictionary.

local ngx = ngx
local min = math.min

local _M = {}

local BUSY, IDLE = 1, 0

-- Seconds. Short at first, for the answer may be near; longer then, for a thousand requests may be waiting.
local FIRST_PAUSE, MAX_PAUSE = 0.005, 0.1
-- The dictionary counts in ms, and takes 0 for ever.
local SHORTEST = 0.001

local CAN_WAIT = { rewrite = true, server_rewrite = true, access = true, content = true, timer = true }

-- Whether nginx can suspend what runs here, as both work and waiting need.
function _M.can_wait()
  return CAN_WAIT[ngx.get_phase()] or false
end

-- Takes the turn, unless somebody has it or had it just now; it is free again after `seconds` should its holder vanish.
function _M.take(dictionary, key, seconds)
  return dictionary:add(key, BUSY, seconds)
end

-- Ends the turn; nobody gets another one within `hold` seconds.
function _M.pass(dictionary, key, hold)
  if hold >= SHORTEST then
    dictionary:set(key, IDLE, hold)
  else
    dictionary:delete(key)
  end
end

-- Waits, `seconds` at most, while somebody has the turn.
function _M.await(dictionary, key, seconds)
  local waited, pause = 0, FIRST_PAUSE
  while waited < seconds and dictionary:get(key) == BUSY do
    ngx.sleep(pause)
    waited = waited + pause
    pause = min(2 * pause, MAX_PAUSE)
  end
end

return _M
