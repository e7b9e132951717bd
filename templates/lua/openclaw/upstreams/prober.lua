-- Asks servers again and again how they are. One worker does it for all: whoever holds the lease.

local clock = require "openclaw.core.clock"
local peer_state = require "openclaw.upstreams.peer_state"
local probe = require "openclaw.upstreams.probe"
local turn = require "openclaw.core.turn"

local ngx = ngx
local ipairs, pcall = ipairs, pcall
local max, min, random = math.max, math.min, math.random

local _M = {}

local LEASE = "prober"
-- Seconds. A tick is a tenth of the shortest interval, so that intervals come out right, within these bounds.
local SHORTEST_TICK, LONGEST_TICK = 0.1, 0.5
-- Another worker takes over when the holder has not been heard of for so many ticks.
local PATIENCE = 5

local shared = ngx.shared.openclaw_state
local probed, tick_length = {}, LONGEST_TICK
-- This worker's turn, if it has it.
local lease

local function hold_lease()
  local seconds = tick_length * PATIENCE
  lease = lease and turn.extend(shared, LEASE, lease, seconds) or turn.take(shared, LEASE, seconds)
end

local function give_up()
  if lease and shared:get(LEASE) == lease then
    turn.pass(shared, LEASE, 0)
  end
  lease = nil
end

local function each_peer(upstream, visit)
  for _, list in ipairs { upstream.regular, upstream.backup } do
    for index, peer in ipairs(list) do
      visit(peer, index, #list)
    end
  end
end

local function is_all_down(upstream)
  local is_down = true
  each_peer(upstream, function(peer)
    is_down = is_down and peer.is_down
  end)
  return is_down
end

local function tell(upstream, peer, reason)
  local whom = "server " .. peer.server .. " (" .. peer.name .. ")"
  if not peer.is_down then
    ngx.log(ngx.NOTICE, "openclaw: upstream ", upstream.name, ": ", whom, " is up again")
    return
  end
  ngx.log(ngx.WARN, "openclaw: upstream ", upstream.name, ": ", whom, " is down: ", reason)
  if is_all_down(upstream) then
    ngx.log(ngx.WARN, "openclaw: upstream ", upstream.name, ": all servers are down; requests go to them all the same")
  end
end

local function judge(upstream, peer, is_good, reason)
  local health = upstream.health
  peer.good = is_good and (peer.good or 0) + 1 or 0
  peer.bad = is_good and 0 or (peer.bad or 0) + 1
  local was_down = peer.is_down
  local is_down = was_down
  if was_down and peer.good >= health.rise then
    is_down = false
  elseif not was_down and peer.bad >= health.fall then
    is_down = true
  end
  peer_state.set_probed(upstream, peer, {
    is_up = not is_down,
    is_change = is_down ~= was_down,
    -- Beyond this nobody probes any more, and nothing is known.
    seconds = 10 * (health.interval + health.timeout),
  })
  if is_down ~= was_down then
    tell(upstream, peer, reason)
  end
end

local function run(upstream, peer)
  local called, is_good, reason = pcall(probe.run, upstream, peer)
  if not called then
    is_good, reason = false, is_good
  end
  if not ngx.worker.exiting() and lease then
    judge(upstream, peer, is_good, reason)
  end
  local interval = upstream.health.interval
  peer.probe_at = clock.now() + interval * (0.9 + 0.2 * random())
  peer.is_probing = false
end

local function probe_due(upstream)
  local now = clock.now()
  peer_state.sync(upstream, now)
  each_peer(upstream, function(peer, index, count)
    -- Staggered from the first time on.
    peer.probe_at = peer.probe_at or now + upstream.health.interval * (index - 1) / count
    if not peer.is_probing and now >= peer.probe_at then
      peer.is_probing = true
      ngx.thread.spawn(run, upstream, peer)
    end
  end)
end

local function tick(premature)
  if premature or ngx.worker.exiting() then
    return give_up()
  end
  hold_lease()
  if lease then
    for _, upstream in ipairs(probed) do
      probe_due(upstream)
    end
  end
end

-- Begins in init_worker, if any of the upstreams wants it.
function _M.start(upstreams)
  for _, upstream in ipairs(upstreams) do
    if upstream.health then
      probed[#probed + 1] = upstream
      tick_length = max(SHORTEST_TICK, min(tick_length, upstream.health.interval / 10))
    end
  end
  if #probed > 0 then
    ngx.timer.at(0, tick)
    local ok, reason = ngx.timer.every(tick_length, tick)
    if not ok then
      ngx.log(ngx.ERR, "openclaw: cannot probe servers: ", reason)
    end
  end
end

return _M
