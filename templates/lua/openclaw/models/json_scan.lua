-- Which model a JSON body names, and where, for upstreams in any language: a text that two of their readers could
-- understand differently is refused. The whole text is walked once, and nothing is copied but the name.

local bytes_of = require "openclaw.core.json_bytes"
local ffi = require "ffi"
local grammar = require "openclaw.models.json_grammar"
local json_key = require "openclaw.models.json_key"
local json_string = require "openclaw.core.json_string"
local model_name = require "openclaw.models.model_name"

local byte = string.byte
local to_string = ffi.string
local is_plain, pointer, string_end = bytes_of.is_plain, bytes_of.pointer, bytes_of.string_end

local _M = {}

local MAX_DEPTH = 128
-- Each has to be decoded, and no request has a reason for more.
local MAX_ODD_KEYS = 64
local MAX_BYTES = model_name.MAX_BYTES
-- `\u0041` is one byte.
local MAX_ESCAPED_BYTES = 6 * MAX_BYTES

local CLASSES, NEXT, SPACE, FAIL = grammar.CLASSES, grammar.NEXT, grammar.SPACE, grammar.FAIL
local NAME, TEXT, COMMA = grammar.NAME, grammar.TEXT, grammar.COMMA
local OPEN_OBJECT, OPEN_ARRAY, CLOSE_OBJECT, CLOSE_ARRAY =
  grammar.OPEN_OBJECT, grammar.OPEN_ARRAY, grammar.CLOSE_OBJECT, grammar.CLOSE_ARRAY
local IN_OBJECT, IN_ARRAY, BEFORE_NAME, BEFORE_COLON, BEFORE_VALUE, AFTER_VALUE = grammar.IN_OBJECT, grammar.IN_ARRAY,
  grammar.BEFORE_NAME, grammar.BEFORE_COLON, grammar.BEFORE_VALUE, grammar.AFTER_VALUE
local MODEL, DISGUISED, CHOICES, STREAM, ODD, UNREADABLE =
  json_key.MODEL, json_key.DISGUISED, json_key.CHOICES, json_key.STREAM, json_key.ODD, json_key.UNREADABLE
local COMMA_BYTE, COLON_BYTE, BRACE_BYTE, TRUE_BYTE = byte(",:{t", 1, 4)

-- By depth, the state after a comma, which also tells the kind of bracket. Nothing here waits: one is enough for all.
local after_comma = ffi.new("uint16_t[?]", MAX_DEPTH + 1)
local odd_keys
-- The text being read, so that it is not collected.
local held -- luacheck: ignore 231

local function skip_space(bytes, at)
  while CLASSES[bytes[at]] == SPACE do
    at = at + 1
  end
  return at
end

-- Whether the key that ends here stands before `true`; the walk itself finds out whether that is all of the value.
local function is_true(bytes, quote)
  local colon = skip_space(bytes, quote + 1)
  return bytes[skip_space(bytes, colon + 1)] == TRUE_BYTE or nil
end

-- Takes note of a key of the top level; the reason to refuse it, or nil and whether its value is the model.
local function take_name(found, bytes, quote, stop)
  local meaning = json_key.meaning(bytes, quote + 1, stop)
  if meaning == MODEL then
    return found.start and "duplicate_model" or nil, true
  elseif meaning == STREAM then
    found.stream = is_true(bytes, stop)
  elseif meaning == CHOICES then
    found.choices = true
  elseif meaning == DISGUISED then
    return "model_in_other_case", false
  elseif meaning == ODD then
    odd_keys = odd_keys + 1
  end
  return (meaning == UNREADABLE or odd_keys > MAX_ODD_KEYS) and "not_json" or nil, false
end

local function take_model(found, bytes, quote, stop)
  local model
  local length = stop - quote - 1
  if length > 0 and length <= MAX_BYTES and is_plain(bytes, quote + 1, stop) then
    model = to_string(bytes + quote + 1, length)
  elseif length <= MAX_ESCAPED_BYTES then
    model = json_string.read(to_string(bytes + quote, length + 2), 1)
    model = model and model_name.is_valid(model) and model
  end
  if not model then
    return "model_malformed"
  end
  found.model, found.start, found.stop = model, quote + 1, stop + 1
end

-- Takes a string of the top level; the reason to refuse it, or nil and whether the model has to follow.
local function take_string(found, bytes, quote, stop, kind, is_model)
  if kind == TEXT then
    return is_model and take_model(found, bytes, quote, stop) or nil, false
  elseif is_model then
    return "model_not_text", false
  end
  return take_name(found, bytes, quote, stop)
end

-- Walks the object that opens at the offset `at`; returns the offset after it, or nil and the reason.
-- What mostly comes next is looked for at once: LuaJIT is fast on straight ways.
local function walk(found, bytes, length, at)
  local state, depth, is_model = IN_OBJECT, 1, false
  local reason
  after_comma[1] = BEFORE_NAME
  repeat
    at = at + 1
    local following = NEXT[state + CLASSES[bytes[at]]]
    if following < NAME then
      state = following
      while NEXT[state + CLASSES[bytes[at + 1]]] == state do
        at = at + 1
      end
      if NEXT[state + CLASSES[bytes[at + 1]]] == COMMA then
        state, at = after_comma[depth], at + 1
      end
    elseif following <= TEXT then
      local stop = string_end(bytes, at + 1, length)
      if stop == -1 then
        return nil, "not_json"
      elseif depth == 1 then
        reason, is_model = take_string(found, bytes, at, stop, following, is_model)
        if reason then
          return nil, reason
        end
      end
      local after = bytes[stop + 1]
      if following == NAME and after == COLON_BYTE then
        state, at = BEFORE_VALUE, stop + 1
      elseif following == TEXT and after == COMMA_BYTE then
        state, at = after_comma[depth], stop + 1
      else
        state, at = following == NAME and BEFORE_COLON or AFTER_VALUE, stop
      end
    elseif following == COMMA then
      state = after_comma[depth]
    elseif following == OPEN_OBJECT or following == OPEN_ARRAY then
      depth = depth + 1
      if depth > MAX_DEPTH then
        return nil, "too_deep"
      end
      state = following == OPEN_OBJECT and IN_OBJECT or IN_ARRAY
      after_comma[depth] = following == OPEN_OBJECT and BEFORE_NAME or BEFORE_VALUE
    elseif following == (after_comma[depth] == BEFORE_NAME and CLOSE_OBJECT or CLOSE_ARRAY) then
      depth, state = depth - 1, AFTER_VALUE
    else
      return nil, "not_json"
    end
  until depth == 0
  if is_model then
    return nil, "model_not_text"
  end
  return at + 1
end

-- Reads the body of a request, of which a zero byte stands behind the last one:
-- { model, start, stop, stream, choices }, all of them nil where the top level has no such key. start and stop are the
-- positions of the quotes around the name; stream is true or nil; choices is true when a key names further models. Or
-- nil and `empty`, `not_json`, `not_an_object`, `too_deep`, `duplicate_model`, `model_in_other_case`, `model_not_text`
-- or `model_malformed`.
function _M.scan_bytes(bytes, length)
  local at = skip_space(bytes, 0)
  if at == length then
    return nil, "empty"
  elseif bytes[at] ~= BRACE_BYTE then
    return nil, NEXT[BEFORE_VALUE + CLASSES[bytes[at]]] == FAIL and "not_json" or "not_an_object"
  end
  local found = { model = nil, start = nil, stop = nil, stream = nil }
  local reason
  odd_keys = 0
  at, reason = walk(found, bytes, length, at)
  if not at then
    return nil, reason
  elseif skip_space(bytes, at) < length then
    return nil, "not_json"
  end
  return found
end

-- The same for a Lua string, which a pointer does not keep from being collected.
function _M.scan(text)
  held = text
  local found, reason = _M.scan_bytes(pointer(text), #text)
  held = nil
  return found, reason
end

return _M
