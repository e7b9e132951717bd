-- What the end of a try says about its peer: how long it let the request wait, or that it does not work.

local clock = require "openclaw.core.clock"
local connection_counts = require "openclaw.upstreams.connection_counts"
local least_time = require "openclaw.upstreams.balance_least_time"
local peer_state = require "openclaw.upstreams.peer_state"

local ngx = ngx
local match = string.match
local tonumber = tonumber

local _M = {}

-- nginx's variables list all tries of a request: `502, 200`, and `502 : 200` over several locations.
local function last_of(list)
  return list and match(list, "([^%s,]+)$")
end

local function fail(upstream, peer, record)
  local is_marked = peer_state.fail(upstream, peer, clock.now())
  if upstream.kind ~= "least_time" then
    return
  elseif is_marked then
    least_time.forget(peer)
  else
    least_time.fail(upstream, peer, record)
  end
end

local function take_peer(upstream, record)
  local peer = record.peer
  record.peer = nil
  if peer and upstream.counts then
    connection_counts.release(peer)
  end
  return peer
end

-- A further try of the same request begins. nginx reports a broken or refused connection as 502 and one in time as 504;
-- an upstream's own 429 or 500 says nothing about the address.
function _M.failed(upstream, record, state, status)
  local peer = take_peer(upstream, record)
  if not peer then
    return
  end
  record.tried = record.tried or {}
  record.tried[peer] = true
  if state == "failed" and (status == 502 or status == 504) then
    fail(upstream, peer, record)
  end
  record.is_trial = nil
end

-- The request, or this attempt at it, is over.
function _M.finished(upstream, record)
  local peer = take_peer(upstream, record)
  local status = peer and tonumber(last_of(ngx.var.upstream_status))
  local measures = upstream.kind == "least_time"
  if not status or not measures and status < 502 or last_of(ngx.var.upstream_addr) ~= peer.name then
    return
  end
  local seconds = tonumber(last_of(ngx.var.upstream_header_time))
  if not seconds then
    -- Without a head these are nginx's own.
    if status == 502 or status == 504 then
      fail(upstream, peer, record)
    end
  elseif measures and status < 400 then
    least_time.learn(peer, seconds, record)
  elseif measures and (status == 429 or status >= 500) then
    least_time.fail(upstream, peer, record)
  end
end

return _M
