-- Reads lines and blocks from a socket, never for longer than a deadline. A socket's own receive() bounds neither: its
-- lines have any length, and its timeout begins anew with every byte.

local clock = require "openclaw.core.clock"

local concat = table.concat
local find, sub = string.find, string.sub
local floor, min = math.floor, math.min

local _M = {}

-- nginx hands over at most a buffer of 4 or 8 kB at once (lua_socket_buffer_size).
local READ_SIZE = 8192

-- A reader of a connected socket. timeout in ms for a single read, deadline by clock.now() for all of them.
function _M.new(socket, timeout, deadline)
  return { socket = socket, timeout = timeout, deadline = deadline, buffer = "", at = 1 }
end

-- Milliseconds until the deadline, `timeout` at most, or nil when it is over.
function _M.time_left(deadline, timeout)
  local left = floor((deadline - clock.now()) * 1000)
  return left > 0 and min(left, timeout) or nil
end

local function read_more(reader)
  local left = _M.time_left(reader.deadline, reader.timeout)
  if not left then
    return nil, "timeout"
  end
  reader.socket:settimeout(left)
  local data, reason = reader.socket:receiveany(READ_SIZE)
  if not data then
    return nil, reason
  end
  reader.buffer, reader.at = sub(reader.buffer, reader.at) .. data, 1
  return true
end

local function must_read_more(reader)
  local ok, reason = read_more(reader)
  if not ok then
    return nil, reason == "closed" and "the answer ended early" or reason
  end
  return true
end

-- A line without its CRLF; or nil and the reason, which is "too long" when it has more than `limit` bytes.
function _M.line(reader, limit)
  while true do
    local last, after = find(reader.buffer, "\r\n", reader.at, true)
    local length = (last or #reader.buffer + 1) - reader.at
    if length > limit then
      return nil, "too long"
    elseif last then
      local line = sub(reader.buffer, reader.at, last - 1)
      reader.at = after + 1
      return line
    end
    local ok, reason = must_read_more(reader)
    if not ok then
      return nil, reason
    end
  end
end

-- Just so many bytes; or nil and the reason.
function _M.block(reader, count)
  local parts, missing = {}, count
  while true do
    local part = sub(reader.buffer, reader.at, reader.at + missing - 1)
    parts[#parts + 1] = part
    reader.at = reader.at + #part
    missing = missing - #part
    if missing == 0 then
      return concat(parts)
    end
    local ok, reason = must_read_more(reader)
    if not ok then
      return nil, reason
    end
  end
end

-- All that comes until the other side closes; or nil and the reason, "too long" when that is more than `limit` bytes.
function _M.rest(reader, limit)
  local parts, size = {}, 0
  while true do
    local part = sub(reader.buffer, reader.at)
    parts[#parts + 1] = part
    reader.at = #reader.buffer + 1
    size = size + #part
    if size > limit then
      return nil, "too long"
    end
    local ok, reason = read_more(reader)
    if not ok then
      return reason == "closed" and concat(parts) or nil, reason
    end
  end
end

return _M
