-- Takes turns by weight.

local _M = {}

-- nginx's smooth weighted round robin (commit 52327e0627f4): each round every candidate gains its share, the highest
-- is chosen and pays the sum of all.
function _M.pick(_, candidates, count)
  local best, total = nil, 0
  for index = 1, count do
    local peer = candidates[index]
    peer.current = peer.current + peer.share
    total = total + peer.share
    if not best or peer.current > best.current then
      best = peer
    end
  end
  best.current = best.current - total
  return best
end

return _M
