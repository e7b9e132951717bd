-- Requests that only read or delete: no model works for them.

local ngx = ngx
local find, gmatch, lower, match = string.find, string.gmatch, string.lower, string.match

local _M = {}

local METHODS = { GET = true, HEAD = true, OPTIONS = true, DELETE = true }

-- Whether a server could take the method for another one: Google goes by a header or `$httpMethod`, others by
-- `_method`.
function _M.overrides_method()
  local var = ngx.var
  if var.http_x_http_method_override or var.http_x_http_method or var.http_x_method_override then
    return true
  end
  local args = var.args
  if not args or not find(args, "%", 1, true) and not find(lower(args), "method", 1, true) then
    return false
  end
  for argument in gmatch(args, "[^&;]+") do
    -- Some servers decode once more.
    local name = ngx.unescape_uri(ngx.unescape_uri(match(argument, "^[^=]*")))
    if find(lower(name), "method", 1, true) then
      return true
    end
  end
  return false
end

-- Whether the current request is one.
function _M.is_one()
  return METHODS[ngx.var.request_method] ~= nil and not _M.overrides_method()
end

return _M
