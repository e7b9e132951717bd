-- Strict JSON (RFC 8259) for what decides who may come in: a text that two parsers could read differently is refused.
-- Every reader takes the position of its first byte and returns the value and the position after it, or nil and why.

local json_string = require "openclaw.core.json_string"
local utf8 = require "openclaw.core.utf8"

local byte, find, match, sub = string.byte, string.find, string.match, string.sub
local getmetatable, setmetatable = getmetatable, setmetatable
local huge = math.huge
local tonumber, type = tonumber, type

local _M = { null = ngx.null }

-- Tokens, key sets and introspection answers nest four or five levels.
local DEFAULT_DEPTH = 16

local QUOTE, COMMA, COLON = byte('",:', 1, 3)
local CLOSE_BRACKET, CLOSE_BRACE = byte("]}", 1, 2)
local LITERALS = { ["true"] = true, ["false"] = false, ["null"] = _M.null }

local array = {}
local readers = {}
-- By the object or array, the names or positions of numbers that are not written as plain integers: to a double, 1 and
-- 1.00000000000000001 are one.
local inexact = setmetatable({}, { __mode = "k" })

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
  -- LuaJIT has no number at all for the longest exponents, not even after a zero.
  local value = tonumber(sub(text, at, last))
  if not value or value == huge or value == -huge then
    return fail("number out of range", at)
  end
  return value, last + 1
end

local function note_number(container, place, text, at, after)
  if type(container[place]) == "number" and find(sub(text, at, after - 1), "[.eE]") then
    local places = inexact[container] or {}
    places[place], inexact[container] = true, places
  end
end

local function read_item(items, text, at, depth)
  local value, after = read_value(text, at, depth)
  if value == nil then
    return nil, after
  end
  items[#items + 1] = value
  note_number(items, #items, text, at, after)
  return after
end

local function read_member(object, text, at, depth)
  if byte(text, at) ~= QUOTE then
    return fail("expected a name", at)
  end
  local name, after = json_string.read(text, at)
  if not name then
    return nil, after
  elseif object[name] ~= nil then
    return fail("duplicate name", at)
  end
  after = skip(text, after)
  if byte(text, after) ~= COLON then
    return fail("expected a colon", after)
  end
  local start = skip(text, after + 1)
  object[name], after = read_value(text, start, depth)
  if object[name] == nil then
    return nil, after
  end
  note_number(object, name, text, start, after)
  return after
end

-- Reads what stands between brackets into `container`, by a function that adds one element and returns where it ends.
local function read_elements(container, close, read_element, text, at, depth)
  if depth == 0 then
    return fail("nested too deeply", at)
  end
  at = skip(text, at + 1)
  if byte(text, at) == close then
    return container, at + 1
  end
  while true do
    local after, reason = read_element(container, text, at, depth - 1)
    if not after then
      return nil, reason
    end
    at = skip(text, after)
    local char = byte(text, at)
    if char == close then
      return container, at + 1
    elseif char ~= COMMA then
      return fail("expected a comma or the end", at)
    end
    at = skip(text, at + 1)
  end
end

readers[QUOTE] = json_string.read
readers[byte("{")] = function(text, at, depth)
  return read_elements({}, CLOSE_BRACE, read_member, text, at, depth)
end
readers[byte("[")] = function(text, at, depth)
  return read_elements(setmetatable({}, array), CLOSE_BRACKET, read_item, text, at, depth)
end
readers[byte("t")], readers[byte("f")], readers[byte("n")] = read_literal, read_literal, read_literal
readers[byte("-")] = read_number
for digit = byte("0"), byte("9") do
  readers[digit] = read_number
end

-- Whether what a decoded object or array has at a name or position is a number with a fraction or an exponent, which
-- may not be exactly what was written.
function _M.is_inexact(container, place)
  local places = inexact[container]
  return places ~= nil and places[place] == true
end

-- Whether a decoded value is an array: an empty one is the same table as an empty object otherwise.
function _M.is_array(value)
  return type(value) == "table" and getmetatable(value) == array
end

-- Whether a decoded value is an object.
function _M.is_object(value)
  return type(value) == "table" and getmetatable(value) ~= array
end

-- The value of a text, `null` as `_M.null`; or nil and the reason, which repeats nothing of the text.
function _M.decode(text, max_depth)
  local invalid = utf8.find_invalid(text)
  if invalid then
    return fail("invalid UTF-8", invalid)
  end
  local value, after = read_value(text, skip(text, 1), max_depth or DEFAULT_DEPTH)
  if value == nil then
    return nil, after
  end
  local rest = skip(text, after)
  if rest <= #text then
    return fail("unexpected text after the value", rest)
  end
  return value
end

return _M
