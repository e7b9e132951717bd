-- Public keys that verify signatures of tokens: RSA of 2048 to 8192 bits, P-256 and Ed25519. A key is a table with its
-- `kind` (RSA, EC or OKP) and, when its owner said so, the only `algorithm` that it may be used for.

local base64url = require "openclaw.callers.base64url"
local der = require "openclaw.callers.der"
local json = require "openclaw.core.json"
local libcrypto = require "openclaw.callers.libcrypto"
local pem = require "openclaw.callers.pem"

local byte, find, gsub = string.byte, string.find, string.gsub
local ipairs, type = ipairs, type

local _M = { hmac_sha256 = libcrypto.hmac_sha256 }

-- Bytes. NIST SP 800-57 asks for 2048 bits; each doubling makes forged tokens cost a worker four times as much.
local MIN_MODULUS, MAX_MODULUS = 256, 1024
-- Bytes. OpenSSL's own limit for moduli above 3072 bits (OPENSSL_RSA_MAX_PUBEXP_BITS).
local MAX_EXPONENT = 8

local ALGORITHMS = {
  RS256 = { kind = "RSA", scheme = libcrypto.SHA256 },
  PS256 = { kind = "RSA", scheme = libcrypto.SHA256_PSS },
  ES256 = { kind = "EC", scheme = libcrypto.SHA256 },
  EdDSA = { kind = "OKP", scheme = libcrypto.PURE },
}

local function load(kind, info, signature_size)
  local handle = libcrypto.load(info)
  if not handle then
    return nil, "is refused by libcrypto"
  end
  return { kind = kind, handle = handle, signature_size = signature_size }
end

local function is_odd(number)
  return (byte(number, -1) or 0) % 2 == 1
end

local function from_rsa(n, e)
  local modulus, exponent = gsub(n, "^%z+", ""), gsub(e, "^%z+", "")
  if #modulus < MIN_MODULUS or #modulus == MIN_MODULUS and byte(modulus) < 0x80 then
    return nil, "has less than 2048 bits"
  elseif #modulus > MAX_MODULUS then
    return nil, "has more than 8192 bits"
  elseif not is_odd(modulus) or not is_odd(exponent) or exponent == "\1" or #exponent > MAX_EXPONENT then
    return nil, "is no RSA key"
  end
  return load("RSA", der.rsa(modulus, exponent), #modulus)
end

local function from_p256(x, y)
  if #x ~= 32 or #y ~= 32 then
    return nil, "has coordinates that are not of 32 bytes"
  end
  return load("EC", der.p256(x, y), 64)
end

local function from_ed25519(x)
  if #x ~= 32 then
    return nil, "is not of 32 bytes"
  end
  return load("OKP", der.ed25519(x), 64)
end

local KINDS = {
  RSA = { build = from_rsa, members = { "n", "e" } },
  EC = { build = from_p256, members = { "x", "y" }, curve = "P-256" },
  OKP = { build = from_ed25519, members = { "x" }, curve = "Ed25519" },
}

local function may_verify(operations)
  if operations == nil then
    return true
  end
  for _, operation in ipairs(type(operations) == "table" and operations or {}) do
    if operation == "verify" then
      return true
    end
  end
  return false
end

-- A key from a decoded JWK (RFC 7517), or nil and why. One that is meant for something else than for signatures is
-- refused here; one with an `alg` verifies nothing but that.
function _M.from_jwk(jwk)
  local kind = json.is_object(jwk) and KINDS[jwk.kty]
  if not kind or jwk.crv ~= kind.curve then
    return nil, "is not an RSA, P-256 or Ed25519 key"
  elseif jwk.d ~= nil then
    return nil, "is a private key"
  elseif jwk.use ~= nil and jwk.use ~= "sig" or not may_verify(jwk.key_ops) then
    return nil, "is not for verifying signatures"
  end
  local algorithm = ALGORITHMS[jwk.alg]
  if jwk.alg ~= nil and (not algorithm or algorithm.kind ~= jwk.kty) then
    return nil, "is for an algorithm that is not supported"
  end
  local numbers = {}
  for index, name in ipairs(kind.members) do
    numbers[index] = base64url.decode(jwk[name])
    if not numbers[index] then
      return nil, "has no `" .. name .. "` in base64url"
    end
  end
  local key, reason = kind.build(numbers[1], numbers[2])
  if not key then
    return nil, reason
  end
  key.algorithm = jwk.alg
  return key
end

-- A key from PEM, `PUBLIC KEY` or `CERTIFICATE`, or nil and why. Of a certificate nothing but the key is looked at.
function _M.from_pem(text)
  if find(text, "PRIVATE KEY-----", 1, true) then
    return nil, "is a private key"
  end
  local label, bytes = pem.decode(text)
  if not label then
    return nil, bytes
  elseif label ~= "PUBLIC KEY" and label ~= "CERTIFICATE" then
    return nil, "is neither a PUBLIC KEY nor a CERTIFICATE"
  end
  local info = bytes
  if label == "CERTIFICATE" then
    info = libcrypto.certificate_key(bytes) or ""
  end
  local kind, first, second = der.read_public_key(info)
  if not kind then
    return nil, "is not an RSA, P-256 or Ed25519 key"
  end
  return KINDS[kind].build(first, second)
end

-- Whether a signature is valid by this key and algorithm; when they do not fit each other, false and why.
function _M.verify(key, algorithm, data, signature)
  local known = ALGORITHMS[algorithm]
  if not known or known.kind ~= key.kind or key.algorithm and key.algorithm ~= algorithm then
    return false, "is not for this algorithm"
  elseif #signature ~= key.signature_size then
    return false
  elseif known.kind == "EC" then
    return libcrypto.verify(key.handle, known.scheme, data, der.ecdsa_signature(signature))
  end
  return libcrypto.verify(key.handle, known.scheme, data, signature)
end

return _M
