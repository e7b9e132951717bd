-- Takes the peer with the fewest requests under way for its weight, and turns among those that have equally few.

local connection_counts = require "openclaw.upstreams.connection_counts"
local round_robin = require "openclaw.upstreams.balance_round_robin"

local random = math.random

local _M = {}

local equals = {}

-- An idle peer would win however small its share; one whose share still grows takes part in that part of the choices.
local function takes_part(peer)
  if peer.share < peer.weight then
    if random() * peer.weight >= peer.share then
      return false
    end
    peer.share = peer.weight
  end
  return true
end

function _M.pick(upstream, candidates, count)
  local least, found = nil, 0
  for index = 1, count do
    local peer = candidates[index]
    if takes_part(peer) then
      local load = connection_counts.active(peer) / peer.weight
      if not least or load < least then
        least, found = load, 0
      end
      if load == least then
        found = found + 1
        equals[found] = peer
      end
    end
  end
  if found == 0 then
    return round_robin.pick(upstream, candidates, count)
  end
  return found == 1 and equals[1] or round_robin.pick(upstream, equals, found)
end

return _M
