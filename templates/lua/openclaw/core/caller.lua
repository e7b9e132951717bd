-- Who makes a request, for what is remembered of callers: a client that is known, else an address.

local ngx = ngx
local find, sub = string.find, string.sub

local _M = {}

-- An IPv4 address as a socket for both sees it (RFC 4291 section 2.5.5.2).
local MAPPED = "^" .. ("%z"):rep(10) .. "\255\255"
-- Bytes of an IPv6 address that one customer has: a /64, in which everybody takes as many addresses as they like.
local NETWORK = 8

local function address()
  local bytes = ngx.var.binary_remote_addr or ""
  if #bytes ~= 16 then
    return bytes
  end
  return find(bytes, MAPPED) and sub(bytes, 13) or sub(bytes, 1, NETWORK)
end

-- The caller of a request by its state. What says `client` is no address.
function _M.name(state)
  local name = state.caller
  if not name then
    -- nginx's own modules tell a variable alone.
    local client = state.client or ngx.var.openclaw_client
    name = client and client ~= "" and "client " .. client or "address " .. address()
    state.caller = name
  end
  return name
end

return _M
