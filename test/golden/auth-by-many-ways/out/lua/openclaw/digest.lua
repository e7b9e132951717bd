-- SHA-256 by libcrypto, which nginx links already: no Lua module of a third party is needed for it.

local ffi = require "ffi"

local format = string.format
local copy, new, to_string = ffi.copy, ffi.new, ffi.string

local _M = {}

ffi.cdef [[
unsigned char *SHA256(const unsigned char *data, size_t length, unsigned char *digest);
int CRYPTO_memcmp(const void *a, const void *b, size_t length);
]]

local C = ffi.C
local digest = new("unsigned char[32]")
local hex = new("char[64]")
local pairs_of_digits = new("char[512]")
for value = 0, 255 do
  copy(pairs_of_digits + 2 * value, format("%02x", value), 2)
end

-- The 32 bytes of the digest as a string.
function _M.sha256(text)
  C.SHA256(text, #text, digest)
  return to_string(digest, 32)
end

-- The digest as 64 lower-case hexadecimal digits.
function _M.sha256_hex(text)
  C.SHA256(text, #text, digest)
  for index = 0, 31 do
    local at = 2 * digest[index]
    hex[2 * index] = pairs_of_digits[at]
    hex[2 * index + 1] = pairs_of_digits[at + 1]
  end
  return to_string(hex, 64)
end

-- Compares two secrets in a time that does not depend on where they differ.
function _M.equal(a, b)
  return #a == #b and C.CRYPTO_memcmp(a, b, #a) == 0
end

return _M
