-- Which peer has a conversation, and with it the beginning of its prompt in a cache. Shared by all workers.

local clock = require "openclaw.core.clock"
local request_state = require "openclaw.core.request_state"

local ngx = ngx
local ceil = math.ceil
local require = require

local _M = {}

local function beginning_of(state)
  local beginning = state.beginning
  if beginning == nil then
    -- Only here: most gateways never read a body.
    local body = require("openclaw.core.request_body").read()
    beginning = body and require("openclaw.upstreams.conversation").beginning(body) or false
    state.beginning = beginning
  end
  return beginning
end

-- Access phase: the name of the conversation that this request belongs to, or nil. Callers never share one.
function _M.name(upstream)
  local beginning = beginning_of(request_state.get())
  if not beginning then
    return nil
  end
  local client = ngx.var.openclaw_client
  local caller = (client and client ~= "") and "client " .. ngx.var.openclaw_caller
    or "address " .. ngx.var.binary_remote_addr
  return upstream.name .. " " .. caller .. " " .. beginning
end

-- The name of the peer that has a conversation, or nil.
function _M.find(name)
  local peer, ends = ngx.shared.openclaw_conversations:get(name)
  return peer and clock.now() * 10 < (ends or 0) and peer or nil
end

-- Keeps the conversation with a peer for `ttl` from now on, and tells the log: hit, miss or new.
function _M.keep(upstream, record, peer)
  local found = record.pinned
  ngx.var.openclaw_conversation = not found and "new" or found == peer.name and "hit" or "miss"
  -- The flags are its end, in tenths of a second. The dictionary makes room by itself, of what was not used for
  -- longest.
  ngx.shared.openclaw_conversations:set(record.conversation, peer.name, 0, ceil((clock.now() + upstream.ttl) * 10))
end

return _M
