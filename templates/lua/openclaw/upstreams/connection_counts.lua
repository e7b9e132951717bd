-- How many requests are under way to each peer, counted over all workers. What a worker that died had open is given
-- back when its successor starts.

local ffi = require "ffi"
local replace = require "openclaw.core.replace_number"

local ngx = ngx
local ipairs, tonumber = ipairs, tonumber
local match = string.match
local max = math.max

local _M = {}

ffi.cdef "int kill(int process, int signal);"

local C = ffi.C
local NO_SUCH_PROCESS = 3

local shared = ngx.shared.openclaw_state
local own_prefix

-- A successor starts at once, so that no other process has the number yet.
local function is_alive(process)
  return C.kill(process, 0) == 0 or ffi.errno() ~= NO_SUCH_PROCESS
end

local function give_back(key, peer)
  -- Several workers may start at a time.
  local count = shared:get(key)
  if count and replace(shared, key, count, 0) then
    shared:delete(key)
    if count > 0 then
      shared:incr("active " .. peer, -count)
    end
  end
end

-- Init_worker: gives back what workers had that are no more.
function _M.start()
  own_prefix = "own " .. ngx.worker.pid() .. " "
  for _, key in ipairs(shared:get_keys(0)) do
    local process, peer = match(key, "^own (%d+) (.+)$")
    if process and not is_alive(tonumber(process)) then
      give_back(key, peer)
    end
  end
end

-- Names the counters of a peer.
function _M.add(peer)
  peer.active_key, peer.own_key = "active " .. peer.id, own_prefix .. peer.id
end

-- Requests that are under way to a peer.
function _M.active(peer)
  return max(0, shared:get(peer.active_key) or 0)
end

-- Counts a request in, unless the peer has as many as it may.
function _M.take(peer)
  local active = shared:incr(peer.active_key, 1, 0)
  if peer.max_conns > 0 and active and active > peer.max_conns then
    shared:incr(peer.active_key, -1)
    return false
  end
  shared:incr(peer.own_key, 1, 0)
  return true
end

-- Counts it out.
function _M.release(peer)
  shared:incr(peer.own_key, -1)
  shared:incr(peer.active_key, -1)
end

return _M
