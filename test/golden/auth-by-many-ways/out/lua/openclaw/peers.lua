-- The addresses of one upstream, per worker: weights, failure marks, and whose turn it is.

local ipairs = ipairs

local _M = {}

-- Lists the peers of an upstream anew from the known addresses of its servers, two lists: regular and backup.
-- An address that was there before keeps its turn and its failure marks. Each address has its server's weight,
-- as with nginx's own `server … resolve`.
function _M.build(upstream, addresses_of)
  local before = upstream.by_key or {}
  local by_key, regular, backup = {}, {}, {}
  for index, server in ipairs(upstream.servers) do
    for _, address in ipairs(not server.down and addresses_of(server.host) or {}) do
      local key = index .. " " .. address
      local peer = before[key] or {
        address = address,
        port = server.port,
        weight = server.weight,
        max_fails = server.max_fails,
        fail_timeout = server.fail_timeout,
        current = 0,
        fails = 0,
        failed_at = 0,
        failed = false,
      }
      by_key[key] = peer
      local list = server.backup and backup or regular
      list[#list + 1] = peer
    end
  end
  upstream.by_key, upstream.regular, upstream.backup = by_key, regular, backup
  upstream.count = #regular + #backup
end

-- Whether a mark still holds; a clock that was set back ends it.
local function is_failed(peer, now)
  return peer.failed and now >= peer.failed_at and now - peer.failed_at < peer.fail_timeout
end

-- Counts a failure; the peer is left out for `fail_timeout` after `max_fails` of them within that time.
function _M.fail(peer, now)
  if peer.max_fails == 0 then
    return
  end
  if peer.failed or now < peer.failed_at or now - peer.failed_at >= peer.fail_timeout then
    peer.fails, peer.failed_at, peer.failed = 0, now, false
  end
  peer.fails = peer.fails + 1
  if peer.fails >= peer.max_fails then
    peer.failed, peer.failed_at = true, now
  end
end

-- nginx's smooth weighted round robin (commit 52327e0627f4): each round every peer gains its weight, the highest
-- is chosen and pays the sum of all.
local function choose(peers, tried, now)
  local best, total = nil, 0
  for index = 1, #peers do
    local peer = peers[index]
    if not (tried and tried[peer]) and not (now and is_failed(peer, now)) then
      peer.current = peer.current + peer.weight
      total = total + peer.weight
      if not best or peer.current > best.current then
        best = peer
      end
    end
  end
  if best then
    best.current = best.current - total
  end
  return best
end

-- The peer for the next try: a sound one that this request has not tried; a backup only when no regular one is
-- left; and rather a marked peer, or the same again (a stale kept connection), than no answer at all.
function _M.pick(upstream, tried, now)
  local regular, backup = upstream.regular, upstream.backup
  return choose(regular, tried, now) or choose(backup, tried, now)
    or choose(regular, tried) or choose(backup, tried)
    or choose(regular) or choose(backup)
end

return _M
