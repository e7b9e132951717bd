-- Upstreams that follow DNS, for nginx before 1.27.3, which has no `server … resolve`.

local balancer = require "ngx.balancer"
local hosts = require "openclaw.hosts"
local peers = require "openclaw.peers"
local respond = require "openclaw.respond"

local ngx = ngx
local ipairs, pairs = ipairs, pairs
local min = math.min

local _M = {}

local upstreams = {}

-- Begins to follow every host of the upstreams, in init_worker.
function _M.start(wanted, resolver)
  for name, given in pairs(wanted or {}) do
    local upstream = { servers = given.servers, tries = given.tries, hosts = {} }
    local function rebuild()
      peers.build(upstream, hosts.addresses)
    end
    local seen = {}
    for _, server in ipairs(given.servers) do
      if not server.down and not seen[server.host] then
        seen[server.host] = true
        upstream.hosts[#upstream.hosts + 1] = server.host
        hosts.follow(server.host, resolver, rebuild)
      end
    end
    rebuild()
    upstreams[name] = upstream
  end
  hosts.start()
end

-- Access phase: returns once there is an address to connect to, or answers 502 when no name resolves.
function _M.prepare(name)
  local upstream = upstreams[name]
  if upstream and upstream.count > 0 then
    return
  end
  local pending = {}
  for _, host in ipairs(upstream and upstream.hosts or {}) do
    if hosts.wake(host) then
      pending[#pending + 1] = host
    end
  end
  for _, host in ipairs(pending) do
    hosts.await(host)
    if upstream.count > 0 then
      return
    end
  end
  return respond.error(502, "server_error", "upstream_unresolved",
    "The gateway could not find the address of the upstream '" .. name .. "'.")
end

-- nginx reports a broken or refused connection as 502 and one in time as 504; an upstream's own 429 or 500 says
-- nothing about the address.
local function is_connection_failure(state, status)
  return state == "failed" and (status == 502 or status == 504)
end

-- A further try of the same request: marks the peer that failed and returns all that were tried.
local function note_failure(state, status, now)
  local ctx = ngx.ctx
  local tried, last = ctx.openclaw_tried or {}, ctx.openclaw_peer
  ctx.openclaw_tried = tried
  if last then
    tried[last] = true
    if is_connection_failure(state, status) then
      peers.fail(last, now)
    end
  end
  return tried
end

local function connect(peer)
  local ok, reason = balancer.set_current_peer(peer.address, peer.port)
  if not ok then
    ngx.log(ngx.ERR, "openclaw: cannot connect to ", peer.address, ": ", reason)
    return ngx.exit(502)
  end
end

-- Balancer phase: chooses the address of this try. Never yields.
function _M.balance(name)
  local upstream = upstreams[name]
  local count = upstream and upstream.count or 0
  if count == 0 then
    ngx.log(ngx.ERR, "openclaw: no address for upstream ", name)
    return ngx.exit(502)
  end
  if count == 1 then
    return connect(upstream.regular[1] or upstream.backup[1])
  end
  local now, tried = ngx.now(), nil
  local state, status = balancer.get_last_failure()
  if state then
    tried = note_failure(state, status, now)
  else
    local more = min(upstream.tries, count) - 1
    if more > 0 then
      balancer.set_more_tries(more)
    end
  end
  local peer = peers.pick(upstream, tried, now)
  ngx.ctx.openclaw_peer = peer
  return connect(peer)
end

-- Log phase: nothing to do yet.
function _M.finish()
end

return _M
