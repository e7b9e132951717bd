-- Unpredictable numbers for DNS ids: libcrypto, which nginx already links, or the kernel.

local ffi = require "ffi"

local byte = string.byte
local open = io.open
local pcall = pcall
local random = math.random

local _M = {}

local buffer = ffi.new("unsigned char[2]")

local function from_libcrypto()
  if ffi.C.RAND_bytes(buffer, 2) ~= 1 then
    return nil
  end
  return buffer[0] * 256 + buffer[1]
end

local function from_kernel()
  local file = open("/dev/urandom", "rb")
  if not file then
    return nil
  end
  -- Unbuffered, or the C library reads 4 kB for the sake of two bytes.
  file:setvbuf("no")
  local high, low = byte(file:read(2) or "", 1, 2)
  file:close()
  return low and high * 256 + low
end

local has_libcrypto = pcall(function()
  ffi.cdef "int RAND_bytes(unsigned char *buf, int num);"
  return ffi.C.RAND_bytes
end)

-- A number of 0..65535 that an attacker cannot guess.
function _M.uint16()
  return has_libcrypto and from_libcrypto() or from_kernel() or random(0, 65535)
end

return _M
