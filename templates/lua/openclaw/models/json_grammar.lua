-- The grammar of JSON (RFC 8259) as a table of states, one look-up a byte, for all but the contents of strings.

local ffi = require "ffi"

local byte, gmatch, sub = string.byte, string.gmatch, string.sub
local ipairs = ipairs

local _M = {}

-- Classes of bytes; 0 is what never stands outside of a string.
local classes = ffi.new "uint8_t[256]"
local class_of = {}
local groups = { " \t\n\r", '"', "{", "}", "[", "]", ",", ":", "-", "0", "123456789", ".", "+" }
for letter in gmatch("eEaflnrstu", ".") do
  groups[#groups + 1] = letter
end
for class, group in ipairs(groups) do
  for char in gmatch(group, ".") do
    classes[byte(char)] = class
    class_of[char] = class
  end
end

-- A row of the table for each state; states are the offsets of their rows.
local WIDTH = 32
local next_states = ffi.new("uint16_t[?]", 40 * WIDTH)
local count = 0

local function new_state()
  count = count + 1
  return count * WIDTH
end

local function on(state, chars, following)
  for char in gmatch(chars, ".") do
    next_states[state + class_of[char]] = following
  end
end

-- What the reader has to do is encoded as states above all others.
local ACTIONS = 40 * WIDTH
_M.NAME, _M.TEXT, _M.COMMA, _M.OPEN_OBJECT, _M.OPEN_ARRAY, _M.CLOSE_OBJECT, _M.CLOSE_ARRAY, _M.FAIL =
  ACTIONS, ACTIONS + 1, ACTIONS + 2, ACTIONS + 3, ACTIONS + 4, ACTIONS + 5, ACTIONS + 6, ACTIONS + 7
for index = 0, ACTIONS - 1 do
  next_states[index] = _M.FAIL
end

local object, name, colon, value, array, after =
  new_state(), new_state(), new_state(), new_state(), new_state(), new_state()

for _, state in ipairs { object, name, colon, value, array, after } do
  on(state, " \t\n\r", state)
end
on(object, '"', _M.NAME)
on(object, "}", _M.CLOSE_OBJECT)
on(name, '"', _M.NAME)
on(colon, ":", value)
on(array, "]", _M.CLOSE_ARRAY)

local function ends_value(state)
  on(state, " \t\n\r", after)
  on(state, ",", _M.COMMA)
  on(state, "}", _M.CLOSE_OBJECT)
  on(state, "]", _M.CLOSE_ARRAY)
end

local minus, zero, integer, point, fraction, exponent, sign, power =
  new_state(), new_state(), new_state(), new_state(), new_state(), new_state(), new_state(), new_state()
local DIGITS = "0123456789"
on(minus, "0", zero)
on(minus, "123456789", integer)
on(integer, DIGITS, integer)
on(point, DIGITS, fraction)
on(fraction, DIGITS, fraction)
on(exponent, "+-", sign)
on(exponent, DIGITS, power)
on(sign, DIGITS, power)
on(power, DIGITS, power)
for _, state in ipairs { zero, integer } do
  on(state, ".", point)
end
for _, state in ipairs { zero, integer, fraction } do
  on(state, "eE", exponent)
end
for _, state in ipairs { zero, integer, fraction, power, after } do
  ends_value(state)
end

local function begins_value(state)
  on(state, '"', _M.TEXT)
  on(state, "{", _M.OPEN_OBJECT)
  on(state, "[", _M.OPEN_ARRAY)
  on(state, "-", minus)
  on(state, "0", zero)
  on(state, "123456789", integer)
end
begins_value(value)
begins_value(array)

for _, word in ipairs { "true", "false", "null" } do
  local last = new_state()
  on(value, sub(word, 1, 1), last)
  on(array, sub(word, 1, 1), last)
  for letter in gmatch(sub(word, 2), ".") do
    local state = new_state()
    on(last, letter, state)
    last = state
  end
  ends_value(last)
end

_M.CLASSES, _M.NEXT, _M.SPACE = classes, next_states, class_of[" "]
-- The states in which a reader finds itself after what it does; `IN_OBJECT` and `IN_ARRAY` follow an opening bracket.
_M.IN_OBJECT, _M.IN_ARRAY, _M.BEFORE_NAME, _M.BEFORE_COLON, _M.BEFORE_VALUE, _M.AFTER_VALUE =
  object, array, name, colon, value, after

return _M
