-- Strict JSON (RFC 8259) for what decides who may come in: a text that two parsers could read differently is refused.
-- Every reader takes the position of its first byte and returns the value and the position after it, or nil and why.

local utf8 = require "openclaw.utf8"

local byte, find, match, sub = string.byte, string.find, string.match, string.sub
local concat = table.concat
local getmetatable, setmetatable = getmetatable, setmetatable
local huge = math.huge
local tonumber, type = tonumber, type

local _M = { null = ngx.null }

-- Tokens and key sets nest four or five levels.
local DEFAULT_DEPTH = 16

local QUOTE, BACKSLASH, COMMA, COLON = byte('"\\,:', 1, 4)
local CLOSE_BRACKET, CLOSE_BRACE = byte("]}", 1, 2)
local ESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local LITERALS = { ["true"] = true, ["false"] = false, ["null"] = _M.null }

local array = {}
local readers = {}

local function fail(what, at)
  return nil, what .. " at byte " .. at
end

local function skip(text, at)
  return find(text, "[^ \t\n\r]", at) or #text + 1
end

local function read_value(text, at, depth)
  local reader = readers[byte(text, at)]
  if not reader then
    return fail(at > #text and "unexpected end" or "unexpected character", at)
  end
  return reader(text, at, depth)
end

local function read_literal(text, at)
  local word = match(text, "^%l+", at)
  local value = LITERALS[word]
  if value == nil then
    return fail("unknown word", at)
  end
  return value, at + #word
end

local function read_number(text, at)
  local _, last = find(text, "^-?%d+", at)
  if not last or find(text, "^-?0%d", at) then
    return fail("bad number", at)
  end
  local _, fraction = find(text, "^%.%d+", last + 1)
  last = fraction or last
  local _, exponent = find(text, "^[eE][+-]?%d+", last + 1)
  last = exponent or last
  local value = tonumber(sub(text, at, last))
  if value == huge or value == -huge then
    return fail("number out of range", at)
  end
  return value, last + 1
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

local function read_string(text, at)
  local parts, start = {}, at + 1
  while true do
    local stop = find(text, '["\\%z\1-\31]', start)
    if not stop then
      return fail("unfinished string", at)
    end
    parts[#parts + 1] = sub(text, start, stop - 1)
    local char = byte(text, stop)
    if char == QUOTE then
      return concat(parts), stop + 1
    elseif char ~= BACKSLASH then
      return fail("control character", stop)
    end
    parts[#parts + 1], start = read_escape(text, stop)
    if not parts[#parts] then
      return nil, start
    end
  end
end

-- After a member: the position of the next one, or nothing and the position after the end, or nothing twice and why.
local function continue(text, at, close)
  at = skip(text, at)
  local char = byte(text, at)
  if char == COMMA then
    return skip(text, at + 1)
  elseif char == close then
    return nil, at + 1
  end
  return nil, fail("expected a comma or the end", at)
end
