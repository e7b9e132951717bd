-- Where a request carries its key. Read from ngx.var alone: ngx.req.get_headers stops at 100 headers.

local ngx = ngx
local byte, find, gmatch, match = string.byte, string.find, string.gmatch, string.match
local ipairs = ipairs

local _M = {}

-- A request with two keys where one is asked for: no key at all could be told to be the right one.
local AMBIGUOUS = ""
local AMPERSAND = byte("&")

local function read_bearer()
  local value = ngx.var.http_authorization
  return value and match(value, "^[Bb][Ee][Aa][Rr][Ee][Rr][ \t]+(.+)$")
end

local function header_reader(variable)
  return function()
    local value = ngx.var[variable]
    return value ~= "" and value or nil
  end
end

-- Browsers cannot set headers of a websocket, so OpenAI takes the key as one of the subprotocols.
local function read_websocket()
  local value = ngx.var.http_sec_websocket_protocol
  if not value or not find(value, "api-key.", 1, true) then
    return nil
  end
  local key
  for item in gmatch(value, "[^, \t]+") do
    local found = match(item, "^openai%-insecure%-api%-key%.(.+)$") or match(item, "^api%-key%.(.+)$")
    if found and key then
      return AMBIGUOUS
    end
    key = key or found
  end
  return key
end

-- nginx's own $arg_name takes the name in any case.
local function query_reader(name)
  local prefix = name .. "="
  return function()
    local args = ngx.var.args
    local first, value
    local last = 0
    while args do
      first, last = find(args, prefix, last + 1, true)
      if not first then
        break
      end
      if first == 1 or byte(args, first - 1) == AMPERSAND then
        if value then
          return AMBIGUOUS
        end
        value = match(args, "^[^&]*", last + 1)
      end
    end
    return value and value ~= "" and ngx.unescape_uri(value) or nil
  end
end

-- Makes a function of { kind = "bearer" }, { kind = "websocket" }, { kind = "header", variable } or
-- { kind = "query", name } that returns the key of the current request, or nil when that place is empty.
function _M.reader(source)
  if source.kind == "bearer" then
    return read_bearer
  elseif source.kind == "websocket" then
    return read_websocket
  elseif source.kind == "header" then
    return header_reader(source.variable)
  end
  return query_reader(source.name)
end

-- The readers of a list of sources, in their order.
function _M.readers(sources)
  local readers = {}
  for index, source in ipairs(sources) do
    readers[index] = _M.reader(source)
  end
  return readers
end

-- What the first place has that has anything, so that a request cannot try several keys; or nil.
function _M.first(readers)
  for index = 1, #readers do
    local key = readers[index]()
    if key then
      return key
    end
  end
end

return _M
