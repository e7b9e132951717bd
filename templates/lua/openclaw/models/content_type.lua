-- How a server may read a body by what its Content-Type says.

local parameters = require "openclaw.models.parameters"

local find, gmatch, gsub, lower = string.find, string.gmatch, string.gsub, string.lower
local match = string.match
local pairs = pairs

local _M = {}

-- Others, such as utf-16 and utf-7, make another text of the same bytes.
local CHARSETS = { ["utf-8"] = true, ["utf8"] = true, ["us-ascii"] = true }

-- RFC 2046 section 5.1.1, without the space that is allowed inside.
local BOUNDARY = "^[%w'()+_,./:=?-]+$"

-- Whether a charset, or none at all, leaves the bytes of UTF-8 what they are.
function _M.is_utf8(charset)
  return charset == nil or CHARSETS[lower(charset)] ~= nil
end

local function names_other_charset(value)
  for charset in gmatch(value, "charset([^;,]*)") do
    charset = gsub(charset, "[ \t]", "")
    if not CHARSETS[match(charset, '^="([^"]*)"$') or match(charset, "^=([^\"]*)$")] then
      return true
    end
  end
  return false
end

-- The boundary of multipart/form-data, or nil.
local function read_boundary(value)
  local kind, given = parameters.parse(value)
  if kind ~= "multipart/form-data" or not given.boundary then
    return nil
  end
  for name in pairs(given) do
    if name ~= "boundary" and name ~= "charset" then
      return nil
    end
  end
  local boundary = given.boundary.value
  return #boundary <= 70 and find(boundary, BOUNDARY) and boundary or nil
end

-- What a Content-Type (nil: there is none) makes of a body: `json`, `form`, or `multipart` and the boundary; or nil and
-- `unsupported_charset` or `not_multipart`. Servers read JSON whatever else it is called.
function _M.read(value)
  if not value or value == "application/json" then
    return "json"
  end
  local folded = lower(value)
  if names_other_charset(folded) then
    return nil, "unsupported_charset"
  elseif find(folded, "multipart", 1, true) then
    local boundary = read_boundary(value)
    return boundary and "multipart", boundary or "not_multipart"
  end
  return find(folded, "form-urlencoded", 1, true) and "form" or "json"
end

return _M
