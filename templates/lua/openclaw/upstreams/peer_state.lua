-- What all workers know of the peers of an upstream: marks for failures, what probes found, and since when one is back.
-- Each worker has its own copy; a counter for each upstream tells when it is out of date.

local clock = require "openclaw.core.clock"
local replace = require "openclaw.core.replace_number"
local state_memory = require "openclaw.core.state_memory"

local ngx = ngx
local abs, ceil, max = math.abs, math.ceil, math.max

local _M = {}

-- Seconds for which a copy is taken to be right.
local MAX_AGE = 0.2
-- What a server gets at once when it comes back with `slow_start`.
local FIRST_SHARE = 0.1
-- Failures and the end of the time in which they count are one number; `max_fails` is less.
local COUNTS = 1024
-- Seconds. A mark is kept beyond its end, for that is when the share begins to grow.
local LONGEST_START = 3600

local shared = ngx.shared.openclaw_state

state_memory.forget("mark ", function(failed_until, _, now)
  return failed_until + LONGEST_START <= now
end)
state_memory.forget("fails ", function(counted, _, now)
  return counted < now * 1000 * COUNTS
end)
state_memory.forget("probe ", function(_, holds_until, now)
  return holds_until <= now
end)

-- Names what is kept about a peer.
function _M.add(peer)
  peer.mark_key, peer.fails_key, peer.probe_key = "mark " .. peer.id, "fails " .. peer.id, "probe " .. peer.id
  peer.failed_until, peer.is_down = 0, false
end

local function came_back(peer, moment)
  if peer.slow_start > 0 and moment and moment > (peer.since or 0) then
    peer.since = moment
  end
end

-- The moment of the last change, below 0 for one that took the peer out; 0 when nobody knows, or has known for long.
local function probed(peer)
  local moment, holds_until = shared:get(peer.probe_key)
  return moment and clock.now() < (holds_until or 0) and moment or 0
end

local function read(peer, is_probed)
  local failed_until = shared:get(peer.mark_key)
  peer.failed_until = failed_until or 0
  came_back(peer, failed_until)
  local changed = is_probed and probed(peer) or 0
  peer.is_down = changed < 0
  came_back(peer, changed)
end

local function read_all(upstream, peers)
  for index = 1, #peers do
    read(peers[index], upstream.health)
  end
end

-- Makes sure that what this worker knows is not older than 0.2 s.
function _M.sync(upstream, now)
  local age = now - upstream.synced
  if age >= 0 and age < MAX_AGE then
    return
  end
  upstream.synced = now
  local version = shared:get(upstream.version_key) or 0
  if version ~= upstream.version then
    upstream.version = version
    read_all(upstream, upstream.regular)
    read_all(upstream, upstream.backup)
  end
end

local function tell_others(upstream)
  shared:incr(upstream.version_key, 1, 0)
end

-- Whether failures of requests have taken a peer out; no longer than `fail_timeout`, which a reload may have shortened.
function _M.is_marked(peer, now)
  return now < peer.failed_until and peer.failed_until - now < peer.fail_timeout + 1
end

-- Whether a peer should get requests.
function _M.is_sound(peer, now)
  return not peer.is_down and not _M.is_marked(peer, now)
end

-- The weight that counts now: with `slow_start` it grows after the peer came back.
function _M.share(peer, now)
  local since = peer.since
  if not since or now < since then
    return peer.weight
  end
  local elapsed = now - since
  if elapsed >= peer.slow_start then
    peer.since = nil
    return peer.weight
  end
  return peer.weight * max(FIRST_SHARE, elapsed / peer.slow_start)
end

-- How many failures there are of this one's time, with it.
local function count_failure(peer)
  local now = clock.milliseconds()
  local first = (now + ceil(peer.fail_timeout * 1000)) * COUNTS + 1
  local found = shared:get(peer.fails_key)
  if not found and state_memory.add(peer.fails_key, first)
    or found and found < now * COUNTS and replace(shared, peer.fails_key, found, first) then
    return 1
  end
  return (shared:incr(peer.fails_key, 1) or 1) % COUNTS
end

-- Counts a failure; the peer is left out for `fail_timeout` after `max_fails` of them within that time.
function _M.fail(upstream, peer, now)
  local limit, seconds = peer.max_fails, peer.fail_timeout
  if limit == 0 or seconds <= 0 then
    return false
  end
  if limit > 1 and count_failure(peer) < limit then
    return false
  end
  shared:delete(peer.fails_key)
  peer.failed_until = now + seconds
  state_memory.put(peer.mark_key, peer.failed_until)
  tell_others(upstream)
  return true
end

-- Keeps what a probe found. options: is_up, is_change, and for how many seconds it holds.
function _M.set_probed(upstream, peer, options)
  local now = clock.now()
  local moment = options.is_change and now or abs(probed(peer))
  if moment == 0 and not options.is_up then
    moment = now
  end
  state_memory.put(peer.probe_key, options.is_up and moment or -moment, ceil(now + options.seconds))
  if options.is_change then
    peer.is_down = not options.is_up
    tell_others(upstream)
  end
end

return _M
