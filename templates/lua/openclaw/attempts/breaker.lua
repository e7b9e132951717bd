-- Leaves an upstream alone after several failures in a row, and lets one request of all workers try it again later.
-- An open breaker is one number in shared memory: until when; its flags say how many times as long as the first time.

local clock = require "openclaw.core.clock"
local turn = require "openclaw.core.turn"

local ngx = ngx
local max, min = math.max, math.min
local pairs = pairs

local _M = {}

local LONGEST = 8

local breakers = {}

local function memory()
  return ngx.shared.openclaw_state
end

-- Takes { [upstream] = { failures?, open?, servers? } } in init; without `failures` an upstream has no breaker.
function _M.configure(data)
  breakers = {}
  for name, given in pairs(data) do
    breakers[name] = {
      name = name,
      servers = given.servers or 1,
      failures = given.failures,
      seconds = given.open,
      state = "breaker " .. name,
      count = "breaker " .. name .. " failures",
      trial = "breaker " .. name .. " trial",
    }
  end
end

-- How many servers an upstream has.
function _M.servers(name)
  local breaker = breakers[name]
  return breaker and breaker.servers or 1
end

-- An open one may be looked at again at any time; a closed one is taken for closed as long as nginx's clock stands
-- still, about a millisecond, unless this worker has changed it.
local function read(name)
  local breaker, shared = breakers[name], memory()
  if breaker and breaker.failures and shared then
    local now = clock.now()
    if breaker.closed_at == now then
      return breaker, shared, nil, 1
    end
    local until_when, factor = shared:get(breaker.state)
    -- A reload may have shortened it.
    if until_when and until_when - now > breaker.seconds * LONGEST then
      until_when = now
    end
    breaker.closed_at = not until_when and now or nil
    return breaker, shared, until_when, factor or 1
  end
end

-- Seconds until a request may try the upstream, at least 1 while another one tries it; or nil when it may at once.
function _M.remaining(name)
  local breaker, shared, until_when = read(name)
  local now = until_when and clock.now()
  if not until_when then
    return nil
  elseif now < until_when then
    return until_when - now
  end
  return turn.is_taken(shared, breaker.trial) and 1 or nil
end

-- Asks for an attempt: true, or "trial" for the one request that finds out whether the upstream works again, which has
-- to be told by succeeded(), failed() or released(); or nil.
function _M.admit(name)
  local breaker, shared, until_when = read(name)
  if not until_when then
    return true
  elseif clock.now() < until_when then
    return nil
  end
  -- The trial may vanish without a word, with its worker; then the next request is one.
  return turn.take(shared, breaker.trial, breaker.seconds) and "trial" or nil
end

local function open(breaker, shared, factor)
  local seconds = breaker.seconds * factor
  breaker.closed_at = nil
  shared:set(breaker.state, clock.now() + seconds, 0, factor)
  shared:delete(breaker.count)
  ngx.log(ngx.WARN, "openclaw: upstream ", breaker.name, " keeps failing and gets no requests for ", seconds, " s")
end

-- Counts a failure. While the breaker is open only its trial counts: all others began before.
function _M.failed(name, is_trial)
  local breaker, shared, until_when, factor = read(name)
  if not breaker then
    return
  elseif until_when then
    if is_trial then
      -- The trial's own mark is left to expire, which it does before the breaker lets the next one try.
      open(breaker, shared, min(LONGEST, max(1, factor) * 2))
    end
    return
  end
  breaker.clean_at = nil
  if shared:incr(breaker.count, 1, 0) == breaker.failures then
    open(breaker, shared, 1)
  end
end

-- Counts an answer that is no failure, and closes the breaker when it is the trial's.
function _M.succeeded(name, is_trial)
  local breaker, shared, until_when = read(name)
  if not breaker then
    return
  elseif until_when and is_trial then
    shared:delete(breaker.state)
    shared:delete(breaker.trial)
    ngx.log(ngx.NOTICE, "openclaw: upstream ", name, " works again and gets requests")
  end
  local now = clock.now()
  if breaker.clean_at ~= now then
    if shared:get(breaker.count) then
      shared:delete(breaker.count)
    end
    breaker.clean_at = now
  end
end

-- Gives a trial back that told nothing.
function _M.released(name)
  local breaker, shared = read(name)
  if breaker then
    shared:delete(breaker.trial)
  end
end

return _M
