-- Chooses the peer of a try: from those that may be used the best, by the upstream's way of balancing.

local connection_counts = require "openclaw.upstreams.connection_counts"
local peer_state = require "openclaw.upstreams.peer_state"

local _M = {}

local STRATEGIES = {
  round_robin = require "openclaw.upstreams.balance_round_robin",
  least_conn = require "openclaw.upstreams.balance_least_conn",
  least_time = require "openclaw.upstreams.balance_least_time",
  random = require "openclaw.upstreams.balance_random",
  hash = require "openclaw.upstreams.balance_hash",
  conversation = require "openclaw.upstreams.balance_conversation",
}

-- Never yields, so that one table serves all requests.
local candidates = {}
local round = 0

-- What is asked of a candidate besides room for another request: that it is sound and this request has not tried it;
-- then only the latter; then nothing: rather a marked peer, or the same again (a stale kept connection), than no
-- answer.
local SOUND, UNTRIED, ANY = 1, 2, 3

local function gather(list, level, tried, now)
  local count = 0
  round = round + 1
  for index = 1, #list do
    local peer = list[index]
    if level == ANY or not (tried and tried[peer]) and (level == UNTRIED or peer_state.is_sound(peer, now)) then
      count = count + 1
      candidates[count] = peer
      peer.share, peer.round = peer_state.share(peer, now), round
    end
  end
  return count
end

local function leave_out(peer, count)
  peer.round = 0
  for index = 1, count do
    if candidates[index] == peer then
      candidates[index] = candidates[count]
    end
  end
  return count - 1
end

-- The chosen peer, counted in; and whether there was any to choose from.
local function choose_from(upstream, list, level, record, now)
  local count = gather(list, level, record.tried, now)
  local has_any = count > 0
  while count > 0 do
    local peer = candidates[1]
    if count > 1 or upstream.strategy.chosen then
      peer = upstream.strategy.pick(upstream, candidates, count, list, round, record)
    end
    if not upstream.counts or connection_counts.take(peer) then
      return peer, true
    end
    count = leave_out(peer, count)
  end
  return nil, has_any
end

-- Sets how an upstream balances, before its peers are listed.
function _M.configure(upstream)
  upstream.strategy = STRATEGIES[upstream.kind]
  upstream.counts = upstream.kind ~= "round_robin" and upstream.kind ~= "hash"
  for index = 1, #upstream.servers do
    local max_conns = upstream.servers[index].max_conns or 0
    upstream.limits = upstream.limits or max_conns > 0
  end
  upstream.counts = upstream.counts or upstream.limits
end

-- The peer for the next try, which is counted in; or nil when all have as many requests as they may. A backup is
-- chosen only when no regular peer will do; one that is out of order not because others have no room.
function _M.choose(upstream, record, now)
  peer_state.sync(upstream, now)
  local peer, has_regular, has_backup
  for level = SOUND, ANY do
    peer, has_regular = choose_from(upstream, upstream.regular, level, record, now)
    if not peer then
      peer, has_backup = choose_from(upstream, upstream.backup, level, record, now)
    end
    if has_regular or has_backup then
      break
    end
  end
  local chosen = upstream.strategy.chosen
  if peer and chosen then
    chosen(upstream, peer, record)
  end
  return peer
end

return _M
