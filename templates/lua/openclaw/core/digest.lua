-- SHA-256 by libcrypto, which nginx links already: no Lua module of a third party is needed for it.

local ffi = require "ffi"

local format = string.format
local copy, new, to_string = ffi.copy, ffi.new, ffi.string
local error, pcall = error, pcall

local _M = {}

ffi.cdef [[
const void *EVP_MD_fetch(void *library, const char *algorithm, const char *properties);
const void *EVP_sha256(void);
void *EVP_MD_CTX_new(void);
int EVP_DigestInit_ex(void *context, const void *digest, void *engine);
int EVP_DigestUpdate(void *context, const void *data, size_t length);
int EVP_DigestFinal_ex(void *context, unsigned char *digest, unsigned int *length);
int CRYPTO_memcmp(const void *a, const void *b, size_t length);
]]

local C = ffi.C
local digest = new("unsigned char[32]")
local hex = new("char[64]")
local pairs_of_digits = new("char[512]")
for value = 0, 255 do
  copy(pairs_of_digits + 2 * value, format("%02x", value), 2)
end

-- OpenSSL 3 looks an algorithm up by its name each time, SHA256() too, unless it was fetched. There is no such function
-- in OpenSSL 1.1.1, nor any need of it.
local function fetch()
  return C.EVP_MD_fetch(nil, "SHA256", nil)
end
local is_found, sha256 = pcall(fetch)
if not is_found or sha256 == nil then
  sha256 = C.EVP_sha256()
end
local context = C.EVP_MD_CTX_new()

local function compute(text)
  if C.EVP_DigestInit_ex(context, sha256, nil) ~= 1 or C.EVP_DigestUpdate(context, text, #text) ~= 1
    or C.EVP_DigestFinal_ex(context, digest, nil) ~= 1 then
    error("libcrypto cannot compute SHA-256")
  end
end

-- The 32 bytes of the digest as a string.
function _M.sha256(text)
  compute(text)
  return to_string(digest, 32)
end

-- The digest as 64 lower-case hexadecimal digits.
function _M.sha256_hex(text)
  compute(text)
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
