-- JSON texts as bytes in memory: nothing is copied, and strings are jumped over as fast as libc can.
-- Offsets count from 0, positions in Lua strings from 1.

local ffi = require "ffi"

local C = ffi.C
local cast = ffi.cast

local _M = {}

ffi.cdef "void *memchr(const void *bytes, int byte, size_t length);"

local bytes_type = ffi.typeof "const uint8_t *"
local QUOTE, BACKSLASH, SPACE, TILDE = 34, 92, 32, 126

-- A pointer to the bytes of a text, which the caller has to hold on to as long. A zero byte follows the last one.
function _M.pointer(text)
  return cast(bytes_type, text)
end

-- An even number of backslashes escape each other, not what follows them.
local function is_escaped(bytes, at)
  local before = at - 1
  while bytes[before] == BACKSLASH do
    before = before - 1
  end
  return (at - before) % 2 == 0
end

local function next_quote(bytes, at, length)
  local hit = C.memchr(bytes + at, QUOTE, length - at)
  return hit ~= nil and cast(bytes_type, hit) - bytes or -1
end

-- The same as string_end, from a quote on that stands behind a backslash.
local function string_end_after(bytes, stop, length)
  repeat
    if bytes[stop - 2] == BACKSLASH and not is_escaped(bytes, stop) then
      return stop
    end
    stop = next_quote(bytes, stop + 1, length)
  until stop == -1 or bytes[stop - 1] ~= BACKSLASH
  return stop
end

-- Where the string ends whose content begins at an offset: the offset of its closing quote, or -1.
function _M.string_end(bytes, at, length)
  local stop = next_quote(bytes, at, length)
  -- Most strings end here: LuaJIT compiles what has no loop into its caller.
  if stop == -1 or bytes[stop - 1] ~= BACKSLASH then
    return stop
  end
  return string_end_after(bytes, stop, length)
end

-- Whether all bytes from one offset to before another stand for themselves: printable ASCII without a backslash.
function _M.is_plain(bytes, at, stop)
  for index = at, stop - 1 do
    local byte = bytes[index]
    if byte < SPACE or byte > TILDE or byte == BACKSLASH then
      return false
    end
  end
  return true
end

return _M
