-- Takes the peer with the fewest requests under way for its weight, and turns among those that have equally few.

local connection_counts = require "openclaw.connection_counts"
local round_robin = require "openclaw.balance_round_robin"

local _M = {}

local equals = {}

function _M.pick(upstream, candidates, count)
  local least, found = nil, 0
  for index = 1, count do
    local peer = candidates[index]
    local load = connection_counts.active(peer) / peer.share
    if not least or load < least then
      least, found = load, 0
    end
    if load == least then
      found = found + 1
      equals[found] = peer
    end
  end
  return found == 1 and equals[1] or round_robin.pick(upstream, equals, found)
end

return _M
