-- Upstreams whose requests this Lua spreads over their servers, where nginx itself cannot: it follows DNS, measures,
-- remembers and asks servers how they are.

local balance_choice = require "openclaw.upstreams.balance_choice"
local balanced_upstream = require "openclaw.upstreams.balanced_upstream"
local balancer = require "ngx.balancer"
local clock = require "openclaw.core.clock"
local connection_counts = require "openclaw.upstreams.connection_counts"
local conversation_pins = require "openclaw.upstreams.conversation_pins"
local hosts = require "openclaw.upstreams.hosts"
local names = require "openclaw.core.names"
local prober = require "openclaw.upstreams.prober"
local received_body = require "openclaw.core.received_body"
local request_state = require "openclaw.core.request_state"
local respond = require "openclaw.core.respond"
local server_health = require "openclaw.upstreams.server_health"
local try_outcome = require "openclaw.upstreams.try_outcome"

local ngx = ngx
local ipairs, min = ipairs, math.min

local _M = {}

-- What ngx.exit() hands to nginx as NGX_BUSY: it answers 502, or goes to the next attempt. Any other number is a 500
-- without OpenResty's patches.
local BUSY = -3

local upstreams, sorted = {}, {}

-- Begins to follow every host of the upstreams and to ask their servers how they are, in init_worker.
function _M.init_worker(data)
  local wanted, resolver = data.balancers, data.resolver
  connection_counts.start()
  for index, name in ipairs(names.sorted(wanted)) do
    sorted[index] = balanced_upstream.new(name, wanted[name], resolver)
    upstreams[name] = sorted[index]
  end
  hosts.start()
  prober.start(sorted)
end

-- Where another attempt may follow it has to see the status alone; else the caller gets an answer.
local function refuse(state, status, code, message)
  local current = state.current
  state.unreached = code
  if current and not current.last then
    return ngx.exit(status)
  end
  return respond.error(status, status == 503 and "overloaded_error" or "server_error", code, message)
end

local function end_attempt(state)
  local record = state and state.balanced
  if record then
    state.balanced = nil
    try_outcome.finished(record.upstream, record)
  end
end

-- Chooses the server of the first try before nginx asks for it, where there may be no room: by then nothing but a 502
-- could be said. The body is read first, so that a slow client keeps nobody out.
local function take_place(upstream, record)
  received_body.receive()
  record.peer = balance_choice.choose(upstream, record, clock.now())
  return record.peer ~= nil
end

-- Access phase: returns once there is an address to connect to. Answers 502 when no name resolves, and 503 when every
-- server has as many requests as it may.
function _M.prepare(name)
  local upstream = upstreams[name]
  local state = request_state.get() or request_state.new()
  end_attempt(state)
  if not upstream or upstream.count == 0 and not balanced_upstream.await_address(upstream) then
    return refuse(state, 502, "upstream_unresolved",
      "The gateway could not find the address of the upstream '" .. name .. "'.")
  end
  local record = { upstream = upstream }
  if upstream.kind == "conversation" then
    record.conversation = conversation_pins.name(upstream)
  end
  if upstream.limits and not take_place(upstream, record) then
    return refuse(state, 503, "upstream_full",
      "All servers of the upstream '" .. name .. "' have as many requests as they may. Try again soon.")
  end
  state.balanced, ngx.ctx.openclaw_balanced = record, record
end

local function connect(peer)
  local ok, reason = balancer.set_current_peer(peer.address, peer.port)
  if not ok then
    ngx.log(ngx.ERR, "openclaw: cannot connect to ", peer.name, ": ", reason)
    return ngx.exit(BUSY)
  end
end

-- Balancer phase: chooses the address of this try. Never yields.
function _M.balance(name)
  local upstream = upstreams[name]
  local count = upstream and upstream.count or 0
  if count == 0 then
    ngx.log(ngx.ERR, "openclaw: no address for upstream ", name)
    return ngx.exit(BUSY)
  end
  -- A mirrored copy of a request had no access phase, and nobody will say when it is over: it is not counted.
  local record = ngx.ctx.openclaw_balanced
  local is_counted = record ~= nil
  record = record or {}
  local state, status = balancer.get_last_failure()
  if state then
    try_outcome.failed(upstream, record, state, status)
  elseif is_counted and min(upstream.tries, count) > 1 then
    balancer.set_more_tries(min(upstream.tries, count) - 1)
  end
  local peer = record.peer or balance_choice.choose(upstream, record, clock.now())
  if not peer then
    ngx.log(ngx.WARN, "openclaw: all servers of upstream ", name, " have as many requests as they may")
    return ngx.exit(BUSY)
  elseif is_counted then
    record.peer = peer
  elseif upstream.counts then
    connection_counts.release(peer)
  end
  return connect(peer)
end

-- Log phase, or when an attempt is over: what it says about its server, and room for another request there.
function _M.finish()
  if not ngx.is_subrequest then
    end_attempt(request_state.get())
  end
end

-- The upstreams for /openclaw/health, sorted by name: name, ok, and servers in the order of the spec.
function _M.health()
  return server_health.describe(sorted, clock.now())
end

return _M
