-- Sends equal keys to the same peer; when one goes, only its keys move.

local bit = require "bit"

local ngx = ngx
local band, bxor, rshift, tobit = bit.band, bit.bxor, bit.rshift, bit.tobit
local floor, max = math.floor, math.max
local ipairs = ipairs
local concat, sort = table.concat, table.sort
local crc32 = ngx.crc32_long

local _M = {}

-- nginx's own `hash … consistent` has as many for a weight of 1.
local POINTS = 160

-- CRC-32 of texts that differ in their last digits alone leaves them side by side; the rounds of MurmurHash3's
-- finalizer (in 16-bit halves, since a Lua number holds 53 bits) spread them.
local function multiply(value, factor)
  local high, low = floor(value / 65536), value % 65536
  return (high * factor % 65536 * 65536 + low * factor) % 4294967296
end

local function spread(value)
  value = bxor(tobit(value), rshift(tobit(value), 16)) % 4294967296
  value = multiply(value, 0x85ebca6b)
  value = bxor(tobit(value), rshift(tobit(value), 13)) % 4294967296
  value = multiply(value, 0xc2b2ae35)
  return bxor(tobit(value), rshift(tobit(value), 16)) % 4294967296
end

local function add_points(ring, peers, usual_weight)
  for _, peer in ipairs(peers) do
    for number = 1, max(1, floor(POINTS * peer.weight / usual_weight + 0.5)) do
      ring[#ring + 1] = { at = spread(crc32(concat { peer.name, " ", number })), peer = peer }
    end
  end
end

-- Lays the peers of each list out anew. How many points one has depends on the spec alone, not on the others that are
-- there now, or all keys would move with each of them.
function _M.build(upstream)
  local total = 0
  for _, server in ipairs(upstream.servers) do
    total = total + (server.weight or 1)
  end
  upstream.rings = {}
  for _, list in ipairs { upstream.regular, upstream.backup } do
    local ring = {}
    add_points(ring, list, total / #upstream.servers)
    sort(ring, function(a, b)
      return a.at < b.at or a.at == b.at and a.peer.name < b.peer.name
    end)
    upstream.rings[list] = ring
  end
end

-- The index of the first point at or after a place.
local function find(ring, place)
  local low, high = 1, #ring + 1
  while low < high do
    local middle = floor((low + high) / 2)
    if ring[middle].at < place then
      low = middle + 1
    else
      high = middle
    end
  end
  return low <= #ring and low or 1
end

-- While a peer's share still grows, a part of its keys stays with the next one: always the same part.
local function has_grown_to(peer, key)
  return peer.share >= peer.weight or band(crc32(key .. " growth"), 1023) < peer.share / peer.weight * 1024
end

function _M.pick(upstream, candidates, count, list, round)
  local key = ngx.var[upstream.key] or ""
  local ring = upstream.rings[list]
  local start, next_best = find(ring, spread(crc32(key))), nil
  for step = 0, #ring - 1 do
    local peer = ring[(start + step - 1) % #ring + 1].peer
    if peer.round == round then
      if has_grown_to(peer, key) then
        return peer
      end
      next_best = next_best or peer
    end
  end
  return next_best or candidates[count]
end

return _M
