-- The little of DER (X.690) that keys and signatures need. The encodings around the numbers are constants: no length or
-- object identifier of somebody else ever gets into what libcrypto reads.

local byte, char, gsub, sub = string.byte, string.char, string.gsub, string.sub
local floor = math.floor
local tonumber = tonumber

local _M = {}

local INTEGER, BIT_STRING, SEQUENCE = 0x02, 0x03, 0x30
-- Lengths are written in two bytes at most; a key of 8192 bits has 1100.
local MAX_KEY = 4096

local function from_hex(digits)
  return (gsub(digits, "%x%x", function(pair)
    return char(tonumber(pair, 16))
  end))
end

-- RFC 8017 appendix A.1: rsaEncryption with NULL.
local RSA_ALGORITHM = from_hex "300d06092a864886f70d0101010500"
-- RFC 5480 section 2: id-ecPublicKey on prime256v1, a BIT STRING of an uncompressed point.
local P256_PREFIX = from_hex "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
-- RFC 8410 section 4: id-Ed25519.
local ED25519_PREFIX = from_hex "302a300506032b6570032100"

local function element(tag, content)
  local size = #content
  if size < 0x80 then
    return char(tag, size) .. content
  elseif size < 0x100 then
    return char(tag, 0x81, size) .. content
  end
  return char(tag, 0x82, floor(size / 0x100), size % 0x100) .. content
end

local function integer(digits)
  local shortest = gsub(digits, "^%z+", "")
  local first = byte(shortest)
  if not first or first >= 0x80 then
    shortest = "\0" .. shortest
  end
  return element(INTEGER, shortest)
end

-- The content of the element at `at` and the position after it; the caller encodes what it read and compares.
local function read(text, at)
  local size, start = byte(text, at + 1), at + 2
  if size == 0x81 then
    size, start = byte(text, at + 2), at + 3
  elseif size == 0x82 then
    local high, low = byte(text, at + 2, at + 3)
    size, start = low and high * 0x100 + low, at + 4
  end
  if not size then
    return "", #text + 1
  end
  return sub(text, start, start + size - 1), start + size
end

-- SubjectPublicKeyInfo of an RSA key; modulus and exponent are big-endian, of at most MAX_KEY bytes together.
function _M.rsa(n, e)
  local key = element(SEQUENCE, integer(n) .. integer(e))
  return element(SEQUENCE, RSA_ALGORITHM .. element(BIT_STRING, "\0" .. key))
end

-- SubjectPublicKeyInfo of a P-256 key; both coordinates have 32 bytes.
function _M.p256(x, y)
  return P256_PREFIX .. x .. y
end

-- SubjectPublicKeyInfo of an Ed25519 key of 32 bytes.
function _M.ed25519(x)
  return ED25519_PREFIX .. x
end

-- The type and the numbers of a SubjectPublicKeyInfo: "RSA", n, e; "EC", x, y; "OKP", x; or nil when it is another.
function _M.read_public_key(text)
  if text == _M.ed25519(sub(text, -32)) then
    return "OKP", sub(text, -32)
  elseif text == _M.p256(sub(text, -64, -33), sub(text, -32)) then
    return "EC", sub(text, -64, -33), sub(text, -32)
  end
  if #text > MAX_KEY then
    return nil
  end
  local info = read(text, 1)
  local bits = read(info, #RSA_ALGORITHM + 1)
  local numbers = read(bits, 2)
  local n, after = read(numbers, 1)
  local e = read(numbers, after)
  if text == _M.rsa(n, e) then
    return "RSA", n, e
  end
end

-- An ECDSA signature for libcrypto (RFC 3279 section 2.2.3) from the two halves that JOSE has (RFC 7518 section 3.4).
function _M.ecdsa_signature(halves)
  local middle = #halves / 2
  return element(SEQUENCE, integer(sub(halves, 1, middle)) .. integer(sub(halves, middle + 1)))
end

return _M
