-- Strings of JSON (RFC 8259 section 7).

local utf8 = require "openclaw.core.utf8"

local find, match, sub = string.find, string.match, string.sub
local concat = table.concat
local tonumber = tonumber

local _M = {}

local ESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function fail(what, at)
  return nil, what .. " at byte " .. at
end

local function read_unit(text, at)
  local digits = match(text, "^\\u(%x%x%x%x)", at)
  return digits and tonumber(digits, 16)
end

local function read_escape(text, at)
  local short = ESCAPES[sub(text, at + 1, at + 1)]
  if short then
    return short, at + 2
  end
  local unit = read_unit(text, at)
  if not unit then
    return fail("bad escape", at)
  elseif unit < 0xD800 or unit > 0xDFFF then
    return utf8.encode(unit), at + 6
  end
  local low = read_unit(text, at + 6)
  if unit > 0xDBFF or not low or low < 0xDC00 or low > 0xDFFF then
    return fail("lone surrogate", at)
  end
  return utf8.encode(0x10000 + (unit - 0xD800) * 0x400 + low - 0xDC00), at + 12
end

-- Reads the string whose opening quote stands at `at`: the value and the position after it, or nil and why.
function _M.read(text, at)
  local parts, start = {}, at + 1
  while true do
    local stop = find(text, '["\\%z\1-\31]', start)
    if not stop then
      return fail("unfinished string", at)
    end
    parts[#parts + 1] = sub(text, start, stop - 1)
    local char = sub(text, stop, stop)
    if char == '"' then
      return concat(parts), stop + 1
    elseif char ~= "\\" then
      return fail("control character", stop)
    end
    local value, after = read_escape(text, stop)
    if not value then
      return nil, after
    end
    parts[#parts + 1], start = value, after
  end
end

return _M
