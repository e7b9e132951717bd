-- Reads one HTTP/1.1 answer (RFC 9112), strictly: what two readers could take for different answers is refused.

local bounded_reader = require "openclaw.net.bounded_reader"

local concat = table.concat
local find, lower, match = string.find, string.lower, string.match
local max = math.max
local tonumber = tonumber

local _M = {}

local MAX_HEAD = 16384
-- A chunk's size: eight digits, and extensions that nobody uses.
local MAX_CHUNK_LINE = 256

local function read_head_line(reader, head)
  local line, reason = bounded_reader.line(reader, head.left)
  if not line then
    return nil, reason == "too long" and "the head is larger than " .. MAX_HEAD .. " bytes" or reason
  end
  head.left = max(0, head.left - #line - 2)
  return line
end

local function read_status(reader, head)
  local line, reason = read_head_line(reader, head)
  if not line then
    return nil, reason
  end
  local version, status = match(line, "^HTTP/(1%.[01]) ([1-5]%d%d)%f[ %z]")
  if not version then
    return nil, "not an HTTP answer"
  end
  return tonumber(status), version
end

local function read_headers(reader, head)
  local headers = {}
  while true do
    local line, reason = read_head_line(reader, head)
    if not line then
      return nil, reason
    elseif line == "" then
      return headers
    end
    local name, value = match(line, "^([%w!#$%%&'*+.^_`|~-]+):[ \t]*(.-)[ \t]*$")
    if not name or find(value, "[%z\1-\8\10-\31\127]") then
      return nil, "malformed header"
    end
    name = lower(name)
    headers[name] = headers[name] and headers[name] .. ", " .. value or value
  end
end

-- The head of the answer proper, past any that only announce it (100, 103): a table of status, version, headers by
-- their lower-case names, and how much of the head's bound is left; or nil and the reason.
function _M.head(reader)
  local head = { left = MAX_HEAD }
  repeat
    local version, headers, reason
    head.status, version = read_status(reader, head)
    if not head.status then
      return nil, version
    elseif head.status == 101 then
      return nil, "not an HTTP answer"
    end
    headers, reason = read_headers(reader, head)
    if not headers then
      return nil, reason
    end
    head.version, head.headers = version, headers
  until head.status >= 200
  return head
end

local function too_large(limit)
  return nil, "the answer is larger than " .. limit .. " bytes"
end

local function read_chunk(reader, count)
  local data, reason = bounded_reader.block(reader, count)
  local ending
  if data then
    ending, reason = bounded_reader.block(reader, 2)
  end
  if ending ~= "\r\n" then
    return nil, reason or "malformed chunk"
  end
  return data
end

local function read_chunks(reader, head, limit)
  local parts, size = {}, 0
  while true do
    local line, reason = bounded_reader.line(reader, MAX_CHUNK_LINE)
    local digits = line and (match(line, "^%x+$") or match(line, "^(%x+)[ \t]*;[^%c]*$"))
    if not digits or #digits > 8 then
      return nil, line and "malformed chunk" or reason
    end
    local count = tonumber(digits, 16)
    size = size + count
    if size > limit then
      return too_large(limit)
    elseif count == 0 then
      local trailers
      trailers, reason = read_headers(reader, head)
      return trailers and concat(parts), reason
    end
    parts[#parts + 1], reason = read_chunk(reader, count)
    if reason then
      return nil, reason
    end
  end
end

-- The body that follows such a head, of `limit` bytes at most; or nil and the reason.
function _M.body(reader, head, limit)
  local coding, length = head.headers["transfer-encoding"], head.headers["content-length"]
  if head.status == 204 then
    return ""
  elseif coding then
    -- Beside a length, or another coding: where the answer ends would be a matter of opinion.
    if length or head.version == "1.0" or lower(coding) ~= "chunked" then
      return nil, "unknown transfer coding"
    end
    return read_chunks(reader, head, limit)
  elseif not length then
    local body, reason = bounded_reader.rest(reader, limit)
    if not body and reason == "too long" then
      return too_large(limit)
    end
    return body, reason
  elseif not find(length, "^%d+$") then
    return nil, "malformed content length"
  elseif tonumber(length) > limit then
    return too_large(limit)
  end
  return bounded_reader.block(reader, tonumber(length))
end

return _M
