-- Makes an upstream of the emitted data: its servers' names are followed, and its peers listed anew when they change.

local balance_choice = require "openclaw.upstreams.balance_choice"
local clock = require "openclaw.core.clock"
local hosts = require "openclaw.upstreams.hosts"
local peers = require "openclaw.upstreams.peers"

local find = string.find
local ipairs = ipairs

local _M = {}

local function follow(upstream, resolver, rebuild)
  local seen = {}
  for _, server in ipairs(upstream.servers) do
    if not server.down and not server.unix then
      local name = hosts.follow(server.host, resolver, rebuild, server.service)
      upstream.names[server] = name
      if not seen[name] then
        seen[name] = true
        upstream.hosts[#upstream.hosts + 1] = name
      end
    end
  end
end

local function addresses_of(upstream, server)
  if server.unix then
    return { find(server.host, "^unix:") and server.host or "unix:" .. server.host }
  end
  local name = upstream.names[server]
  return name and hosts.addresses(name)
end

-- given: kind, key (a variable; hash), ttl (conversation), tries, servers, health, host, tls. resolver: as for
-- dns.resolve(), or nil to look names up now and never again.
function _M.new(name, given, resolver)
  local upstream = {
    name = name,
    kind = given.kind or "round_robin",
    key = given.key,
    ttl = given.ttl,
    tries = given.tries,
    servers = given.servers,
    health = given.health,
    host = given.host,
    tls = given.tls,
    hosts = {},
    names = {},
    version_key = "version " .. name,
  }
  balance_choice.configure(upstream)
  local function rebuild()
    peers.build(upstream, function(server)
      return addresses_of(upstream, server)
    end, clock.now())
    if upstream.strategy.build then
      upstream.strategy.build(upstream)
    end
  end
  follow(upstream, resolver, rebuild)
  rebuild()
  return upstream
end

-- Waits for the first address; false when no name resolves.
function _M.await_address(upstream)
  local pending = {}
  for _, name in ipairs(upstream.hosts) do
    if hosts.wake(name) then
      pending[#pending + 1] = name
    end
  end
  for _, name in ipairs(pending) do
    hosts.await(name)
    if upstream.count > 0 then
      return true
    end
  end
  return false
end

return _M
