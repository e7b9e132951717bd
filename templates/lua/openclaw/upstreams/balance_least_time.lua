-- Takes the peer that will answer first, as far as one can tell: the moving average of its time to the first byte,
-- times the requests that it has under way ("peak EWMA"). The averages are shared by all workers.

local clock = require "openclaw.core.clock"
local connection_counts = require "openclaw.upstreams.connection_counts"
local round_robin = require "openclaw.upstreams.balance_round_robin"
local turn = require "openclaw.core.turn"

local ngx = ngx
local exp, floor, max, random = math.exp, math.floor, math.max, math.random

local _M = {}

-- Seconds in which what was measured before loses two thirds of its weight, as ingress-nginx has it; but answers are
-- few with language models, so that each counts for a part at least, and a trial's for half.
local DECAY, LEAST_PART, TRIAL_PART = 10, 0.05, 0.5
-- Up to so many peers all are looked at; of more, two at random ("power of two choices").
local FEW = 5
-- Costs that differ by less are taken for equal.
local MARGIN = 1.25
-- A peer that lost so often gets one request to show whether it is quick again, and none within a second of another;
-- so trials are no more than a 17th of the requests.
local LOSSES, TRIAL_PAUSE = 16, 1
-- Seconds that a failure counts as.
local FAILURE = 60

local shared = ngx.shared.openclaw_state

local sample, costs, equals = {}, {}, {}

local function key_of(peer)
  local key = peer.time_key
  if not key then
    key = "time " .. peer.id
    peer.time_key, peer.trial_key = key, "trial " .. peer.id
  end
  return key
end

local function draw(candidates, count)
  if count <= FEW then
    return candidates, count
  end
  local first = random(count)
  local second = random(count - 1)
  sample[1], sample[2] = candidates[first], candidates[second < first and second or second + 1]
  return sample, 2
end

-- Peers without a measurement count as the average of the others; `fallback` if there is none. One that fails more
-- often than not is left out: next to it they would all look as bad.
local function average(peers, count, fallback)
  local total, found = 0, 0
  for index = 1, count do
    local time = shared:get(key_of(peers[index]))
    if time and time < FAILURE / 2 then
      total, found = total + time, found + 1
    end
  end
  return found > 0 and total / found or fallback
end

-- Fills `costs` and returns the least.
local function weigh(peers, count, candidates, candidate_count)
  local usual, least
  for index = 1, count do
    local peer = peers[index]
    local time = shared:get(key_of(peer))
    if not time then
      usual = usual or average(candidates, candidate_count, 1)
      time = usual
    end
    local cost = max(time, 0.001) * (connection_counts.active(peer) + 1) / peer.share
    costs[index] = cost
    if not least or cost < least then
      least = cost
    end
  end
  return least
end

-- A peer that has lost too often for too long; counts the losses of all that are far behind.
local function find_trial(peers, count, limit)
  local trial
  for index = 1, count do
    local peer = peers[index]
    if costs[index] > limit then
      peer.losses = peer.losses + 1
      if not trial and peer.losses > LOSSES and turn.take(shared, peer.trial_key, TRIAL_PAUSE) then
        peer.losses, trial = 0, peer
      end
    end
  end
  return trial
end

function _M.pick(_, candidates, count, _, _, record)
  local peers, number = draw(candidates, count)
  local limit = weigh(peers, number, candidates, count) * MARGIN
  local trial = find_trial(peers, number, limit)
  if trial then
    record.is_trial = true
    return trial
  end
  local found = 0
  for index = 1, number do
    if costs[index] <= limit then
      found = found + 1
      equals[found] = peers[index]
    end
  end
  return round_robin.pick(nil, equals, found)
end

-- Takes in how long a peer let a request wait, in seconds.
function _M.learn(peer, seconds, record)
  local key = key_of(peer)
  -- The flags are the moment of the last answer, in tenths of a second modulo 2^32.
  local before, flags = shared:get(key)
  local tenths = floor(clock.now() * 10) % 4294967296
  local time = seconds
  if before then
    local age = (tenths - (flags or 0)) % 4294967296 / 10
    local part = max(LEAST_PART, 1 - exp(-age / DECAY))
    if record.is_trial then
      part = max(part, TRIAL_PART)
    end
    time = before + (seconds - before) * part
  end
  shared:safe_set(key, time, 0, tenths)
end

-- Takes in that a peer failed, which counts as long as a request may wait: or one that fails at once would look quick.
function _M.fail(_, peer, record)
  _M.learn(peer, FAILURE, record)
end

-- Lets a peer begin anew, at the average of the others.
function _M.forget(peer)
  shared:delete(key_of(peer))
end

return _M
