-- The addresses of one upstream, per worker, in two lists: regular and backup.

local connection_counts = require "openclaw.upstreams.connection_counts"
local peer_state = require "openclaw.upstreams.peer_state"

local ipairs, pairs, tonumber = ipairs, pairs, tonumber
local match = string.match
local max, min = math.max, math.min

local _M = {}

-- SRV records share out the weight of their server; those of the lowest priority come first (RFC 2782).
local function read_services(server, records)
  local found, total, first = {}, 0, nil
  for index, record in ipairs(records) do
    local address, port, priority, weight = match(record, "^(%S+):(%d+) (%d+) (%d+)$")
    priority, weight = tonumber(priority), max(1, tonumber(weight))
    first, total = min(first or priority, priority), total + weight
    found[index] = { address = address, port = tonumber(port), priority = priority, weight = weight }
  end
  for _, endpoint in ipairs(found) do
    endpoint.weight = server.weight * endpoint.weight * #found / total
    endpoint.is_backup = server.backup or endpoint.priority > first
  end
  return found
end

local function endpoints_of(server, addresses)
  if server.down or not addresses then
    return {}
  elseif server.service then
    return read_services(server, addresses)
  end
  local found = {}
  for index, address in ipairs(addresses) do
    found[index] = { address = address, port = server.port, weight = server.weight, is_backup = server.backup }
  end
  return found
end

local function new_peer(upstream, server, index, endpoint)
  local name = endpoint.port and endpoint.address .. ":" .. endpoint.port or endpoint.address
  local peer = {
    id = upstream.name .. " " .. name,
    name = name,
    server = index,
    address = endpoint.address,
    port = endpoint.port,
    max_conns = server.max_conns or 0,
    max_fails = server.max_fails or 1,
    fail_timeout = server.fail_timeout or 10,
    slow_start = server.slow_start or 0,
    current = 0,
    losses = 0,
  }
  peer_state.add(peer)
  connection_counts.add(peer)
  return peer
end

-- Lists the peers of an upstream anew from the known addresses of its servers. An address that was there before keeps
-- what is known of it. Each address has its server's weight, as with nginx's own `server … resolve`; one that a server
-- gets later than its first ones starts slowly. now: clock.now().
function _M.build(upstream, addresses_of, now)
  local before, by_key, regular, backup = upstream.by_key or {}, {}, {}, {}
  local has_had = {}
  for _, peer in pairs(before) do
    has_had[peer.server] = true
  end
  for index, server in ipairs(upstream.servers) do
    for _, endpoint in ipairs(endpoints_of(server, addresses_of(server))) do
      local peer = new_peer(upstream, server, index, endpoint)
      local key = index .. " " .. peer.name
      if before[key] then
        peer = before[key]
      elseif has_had[index] and peer.slow_start > 0 then
        peer.since = now
      end
      peer.weight = endpoint.weight
      by_key[key] = peer
      local list = endpoint.is_backup and backup or regular
      list[#list + 1] = peer
    end
  end
  upstream.by_key, upstream.regular, upstream.backup = by_key, regular, backup
  upstream.count = #regular + #backup
  -- What others know of the new ones is read before they are used.
  upstream.synced, upstream.version = -1, nil
end

return _M
