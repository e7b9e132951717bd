-- Which servers of the upstreams get requests, as far as this worker knows.

local peer_state = require "openclaw.upstreams.peer_state"

local ipairs, pairs = ipairs, pairs

local _M = {}

local function describe(upstream, now)
  peer_state.sync(upstream, now)
  local servers, is_ok = {}, false
  for index in ipairs(upstream.servers) do
    servers[index] = { server = index, ok = false }
  end
  for _, peer in pairs(upstream.by_key) do
    if peer_state.is_sound(peer, now) then
      servers[peer.server].ok, is_ok = true, true
    end
  end
  return { name = upstream.name, ok = is_ok, servers = servers }
end

-- Lists { name, ok, servers = { { server, ok } } }: a server is its number in the spec, and ok when any of its
-- addresses is; an upstream when any server is.
function _M.describe(upstreams, now)
  local found = {}
  for index, upstream in ipairs(upstreams) do
    found[index] = describe(upstream, now)
  end
  return found
end

return _M
