-- Steps over JSON that is known to be valid but may be cut at `limit`. Offsets count from 0.

local bytes_of = require "openclaw.core.json_bytes"

local byte = string.byte
local string_end = bytes_of.string_end

local _M = {}

local TAB, CARRIAGE_RETURN, SPACE = 9, 13, 32
local QUOTE, COMMA = byte('",', 1, 2)
local OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY = byte("{}[]", 1, 4)

-- The offset of the first byte at or after `at` that is no white space.
function _M.space(bytes, at)
  local char = bytes[at]
  while char == SPACE or char >= TAB and char <= CARRIAGE_RETURN do
    at = at + 1
    char = bytes[at]
  end
  return at
end

-- The offset after the value that begins at `at`, or -1 when it reaches the limit.
function _M.value(bytes, at, limit)
  local depth = 0
  while at < limit do
    local char = bytes[at]
    if char == QUOTE then
      at = string_end(bytes, at + 1, limit)
      if at == -1 or depth == 0 then
        return at == -1 and -1 or at + 1
      end
    elseif char == OPEN_OBJECT or char == OPEN_ARRAY then
      depth = depth + 1
    elseif char == CLOSE_OBJECT or char == CLOSE_ARRAY then
      depth = depth - 1
      if depth <= 0 then
        return depth == 0 and at + 1 or at
      end
    elseif char == COMMA and depth == 0 then
      return at
    end
    at = at + 1
  end
  return -1
end

return _M
