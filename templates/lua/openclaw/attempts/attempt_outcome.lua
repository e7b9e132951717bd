-- How an attempt ended, as nginx's variables tell it: they are lists over all attempts of a request.

local ngx = ngx
local match = string.match
local tonumber = tonumber

local _M = {}

-- nginx's own 502 and 504 have no time of a header; without a connection they have no time of that either.
local BAD_GATEWAY, GATEWAY_TIMEOUT = 502, 504

-- The length of the commonest list, which has one.
local ONE_STATUS = 3

-- The last of such a list as `502 : 429, 200`, or nil for `-`.
local function last_of(list)
  local value = match(list, "[^%s,:]+%s*$")
  return value ~= "-" and value or nil
end

-- How far the list of attempts has come.
function _M.mark()
  return #(ngx.var.upstream_status or "")
end

-- The end of the attempt that began at a mark: { kind, status }, or nil when it has reached no upstream. The kind is
-- "status" when the upstream has answered, else "connect", "reset" or "timeout" with nginx's own status. `deadline` is
-- that of the request, of `openclaw.streams.deadlines`, if it has one; is_final says that no time is left at all.
function _M.read(mark, deadline)
  local var = ngx.var
  local statuses = var.upstream_status or ""
  if #statuses <= mark then
    return nil
  end
  local expired = deadline and deadline.expired
  local is_final = expired == "total"
  local status = tonumber(#statuses == ONE_STATUS and statuses or last_of(statuses)) or BAD_GATEWAY
  if status ~= BAD_GATEWAY and status ~= GATEWAY_TIMEOUT or last_of(var.upstream_header_time or "-") then
    return { kind = "status", status = status, is_final = is_final }
  elseif is_final or expired == "first_byte" then
    return { kind = "timeout", status = GATEWAY_TIMEOUT, is_final = is_final }
  elseif not last_of(var.upstream_connect_time or "-") then
    return { kind = "connect", status = status }
  end
  return { kind = status == GATEWAY_TIMEOUT and "timeout" or "reset", status = status }
end

return _M
