-- The header of one part of multipart/form-data (RFC 7578 section 4), read so strictly that all servers agree about it.

local content_type = require "openclaw.models.content_type"
local parameters = require "openclaw.models.parameters"

local find, gmatch, lower, match = string.find, string.gmatch, string.lower, string.match
local pairs, tonumber = pairs, tonumber

local _M = {}

local DISPOSITION = { name = true, filename = true, ["filename*"] = true }

-- Field lines by their names in small letters, or nil: no line is folded, empty or there twice.
local function read_lines(head)
  if find(head .. "\r\n", "\r[^\n]") or find("\r\n" .. head, "[^\r]\n") or find(head, "[%z\1-\8\11\12\14-\31\127]") then
    return nil
  end
  local lines = {}
  for line in gmatch(head .. "\r\n", "([^\r]*)\r\n") do
    local name, value = match(line, "^([%w-]+):[ \t]*(.-)[ \t]*$")
    if not name or lines[lower(name)] then
      return nil
    end
    lines[lower(name)] = value
  end
  return lines
end

-- The name of the field and whether it is a file, or nil.
local function read_disposition(value)
  local kind, given = parameters.parse(value)
  if kind ~= "form-data" or not given.name or not given.name.is_quoted then
    return nil
  end
  for name in pairs(given) do
    if not DISPOSITION[name] then
      return nil
    end
  end
  if find(given.name.value, "[\128-\255]") then
    return nil
  end
  return given.name.value, (given.filename or given["filename*"]) ~= nil
end

local function is_text(lines)
  local given = lines["content-type"]
  if lines["content-transfer-encoding"] then
    return false
  elseif not given then
    return true
  end
  local kind, found = parameters.parse(given)
  return kind == "text/plain" and content_type.is_utf8(found.charset and found.charset.value)
end

-- The name of the field, and whether its content of `size` bytes is plain text; nil when servers could differ.
function _M.read(head, size)
  local lines = read_lines(head)
  local name, is_file
  if lines and lines["content-disposition"] then
    name, is_file = read_disposition(lines["content-disposition"])
  end
  local length = lines and lines["content-length"]
  -- cgi.FieldStorage of Python goes by the length, all others by the boundary.
  if not name or length and (not find(length, "^%d+$") or tonumber(length) ~= size) then
    return nil
  -- It would change the charset of the others (RFC 7578 section 4.6).
  elseif name == "_charset_" then
    return nil
  end
  return name, not is_file and is_text(lines)
end

return _M
