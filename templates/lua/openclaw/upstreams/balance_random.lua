-- Draws two peers by weight and takes the one with fewer requests under way, as nginx's `random two least_conn`.

local connection_counts = require "openclaw.upstreams.connection_counts"

local random = math.random

local _M = {}

-- One of the candidates but not `other`, each with the chance that its share gives it.
local function draw(candidates, count, total, other)
  local at, last = random() * (other and total - other.share or total), nil
  for index = 1, count do
    local peer = candidates[index]
    if peer ~= other then
      at = at - peer.share
      if at < 0 then
        return peer
      end
      last = peer
    end
  end
  return last
end

function _M.pick(_, candidates, count)
  local total = 0
  for index = 1, count do
    total = total + candidates[index].share
  end
  local first = draw(candidates, count, total)
  local second = draw(candidates, count, total, first)
  if connection_counts.active(second) / second.share < connection_counts.active(first) / first.share then
    return second
  end
  return first
end

return _M
