-- The models that a JSON body names below its top, wherever APIs look for them: of tools and their parameters, of
-- plugins, of sessions, of requests in a batch. Only for bodies that json_scan accepts, so that nothing here has to be
-- checked again.

local bytes_of = require "openclaw.core.json_bytes"
local ffi = require "ffi"
local inner_keys = require "openclaw.models.inner_keys"
local json_string = require "openclaw.core.json_string"
local model_name = require "openclaw.models.model_name"
local rules = require "openclaw.models.work_rules"
local skip = require "openclaw.core.json_skip"

local byte, find = string.byte, string.find
local ipairs = ipairs
local pointer, string_end = bytes_of.pointer, bytes_of.string_end
local skip_space, skip_value = skip.space, skip.value
local to_string = ffi.string

local _M = {}

-- Distinct ones; no request has a reason for more.
local MAX_NAMES = 1000
-- `\u0041` is one byte.
local MAX_ESCAPED_BYTES = 6 * model_name.MAX_BYTES

local QUOTE, COLON, COMMA = byte('":,', 1, 3)
local OPEN_OBJECT, OPEN_ARRAY, CLOSE_OBJECT, CLOSE_ARRAY = byte("{[}]", 1, 4)
local NULL = byte("n")

-- Types of tools that let a model of their own work.
local MUST_NAME, HIDES = 1, 2
local tools = {}
for _, kind in ipairs(rules.tools) do
  tools[kind] = MUST_NAME
end
for _, kind in ipairs(rules.hiding_tools) do
  tools[kind] = HIDES
end

-- What is open, by depth. Nothing here waits: one is enough for all.
local places = {}
-- The text being read, so that it is not collected.
local held -- luacheck: ignore 231

local function read_text(bytes, at, stop)
  local text = to_string(bytes + at, stop - at)
  if find(text, "\\", 1, true) then
    return json_string.read('"' .. text .. '"', 1) or ""
  end
  return text
end

local function add_name(found, bytes, at, stop)
  local name = stop - at <= MAX_ESCAPED_BYTES and read_text(bytes, at, stop) or ""
  if not model_name.is_valid(name) then
    return "model_malformed"
  elseif not found.seen[name] then
    if #found.names == MAX_NAMES then
      return "too_many_models"
    end
    found.seen[name] = true
    found.names[#found.names + 1] = name
  end
end

-- Opens an object or a list below another one (nil at the top), as the value of a key or, without one, as an item.
local function open(found, above, key, is_object)
  local depth = above and above.depth + 1 or 0
  local place = places[depth]
  if not place then
    place = { depth = depth, above = above }
    places[depth] = place
  end
  -- Items of a list stand where the list stands.
  place.key = key or above and not above.is_object and above.key or nil
  place.names = place.key ~= nil and place.key.names
  place.is_object, place.has_name, place.needs_name = is_object, false, false
  place.is_request = depth == 2 and is_object and not above.is_object
    and place.key ~= nil and place.key.key == "requests"
  if place.is_request then
    found.requests, place.params, place.named_params = found.requests + 1, 0, 0
  end
  return place
end

-- Takes the string that is the value of a key of an object, or, without one, an item of a list.
local function take_string(found, place, key, bytes, at, stop)
  local is_plugin = key and key.key == "id" and place.key and place.key.key == "plugins"
  if key and (key.tells_type or is_plugin) then
    local kind = tools[read_text(bytes, at, stop)]
    place.needs_name = place.needs_name or kind == MUST_NAME
    return kind == HIDES and "hidden_model" or nil
  elseif key and key.names or place.names and (not key or key.identifies) then
    place.has_name = true
    -- json_scan has read what stands at the top.
    if place.depth > 0 or key.key ~= "model" then
      return add_name(found, bytes, at, stop)
    end
  end
end

-- The reason to refuse the object or list that ends, or nil.
local function close(found, place)
  local above, key = place.above, place.key
  if place.needs_name and not place.has_name then
    return "tool_without_model"
  elseif place.is_request and place.params == 1 and place.named_params == 1 then
    found.named_requests = found.named_requests + 1
  elseif above and above.is_request and key and key.key == "params" then
    above.params, above.named_params = above.params + 1, above.named_params + (place.has_name and 1 or 0)
  -- OpenRouter has what a tool is told in its parameters.
  elseif above and place.has_name and key and (key.key == "parameters" or place.names) then
    above.has_name = true
  end
end

-- The key whose value begins at the offset after its colon; returns that offset, or the one after a value that is the
-- caller's own and nil, or nil and the reason to refuse it.
local function take_key(place, bytes, at, stop, after, length)
  local key = inner_keys.read(to_string(bytes + at, stop - at))
  local parent = place.key
  local value = skip_space(bytes, after + 1)
  if inner_keys.is_free(key, parent and parent.key) then
    return skip_value(bytes, value, length), nil
  end
  local parent_name = place.depth > 0 and (parent and parent.squeezed or "") or nil
  if bytes[value] ~= NULL and inner_keys.is_hiding(key, parent_name) then
    return nil, "hidden_model"
  end
  return value, key
end

local function walk(found, bytes, length)
  local at, place, key, reason = skip_space(bytes, 0), nil, nil, nil
  repeat
    local char = bytes[at]
    if char == QUOTE then
      local stop = string_end(bytes, at + 1, length)
      local after = skip_space(bytes, stop + 1)
      if bytes[after] == COLON then
        at, key = take_key(place, bytes, at + 1, stop, after, length)
        if not at then
          return key
        end
      else
        reason = take_string(found, place, key, bytes, at + 1, stop)
        at, key = after, nil
      end
    elseif char == OPEN_OBJECT or char == OPEN_ARRAY then
      place, key, at = open(found, place, key, char == OPEN_OBJECT), nil, at + 1
    elseif char == CLOSE_OBJECT or char == CLOSE_ARRAY then
      reason = close(found, place)
      place, at = place.depth > 0 and place.above or nil, at + 1
    else
      key = char ~= COMMA and key or nil
      at = at + 1
    end
  until reason or not place
  return reason
end

-- Reads a body: { names, requests, named_requests }, with the names below its top, how many objects `requests` lists
-- and how many of them name a model in their `params`. Or nil and `hidden_model`, `tool_without_model`,
-- `too_many_models` or `model_malformed`.
function _M.scan_bytes(bytes, length)
  local found = { names = {}, seen = {}, requests = 0, named_requests = 0 }
  local reason = walk(found, bytes, length)
  if reason then
    return nil, reason
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
