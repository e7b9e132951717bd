-- JSON Web Tokens in the compact form (RFC 7519, RFC 7515), by the advice of RFC 8725.

local base64url = require "openclaw.callers.base64url"
local digest = require "openclaw.core.digest"
local json = require "openclaw.core.json"
local jwt_claims = require "openclaw.callers.jwt_claims"
local public_key = require "openclaw.callers.public_key"

local lower, match = string.lower, string.match
local type = type

local _M = { claim = jwt_claims.claim }

local DEFAULT_MAX_BYTES = 8192
-- RFC 7518 section 3.2: as long as the hash at least.
local MIN_SECRET = 32
-- The kind of key that each algorithm takes; what is not here, "none" above all, cannot be allowed by any option.
local KINDS = { HS256 = "oct", RS256 = "RSA", PS256 = "RSA", ES256 = "EC", EdDSA = "OKP" }
-- RFC 7519 section 5.1 and RFC 9068 section 4; RFC 7515 section 4.1.9 lets `application/` be left out.
local TYPES = { ["jwt"] = true, ["at+jwt"] = true, ["application/jwt"] = true, ["application/at+jwt"] = true }
local PARTS = "^(([A-Za-z0-9_-]+)%.([A-Za-z0-9_-]+))%.([A-Za-z0-9_-]*)$"

local function decode_object(bytes)
  local value = json.decode(bytes)
  return json.is_object(value) and value or nil
end

-- One word when a header asks for something else than what is done here, or nil. `jwk`, `jku`, `x5u` and `x5c`, where
-- the sender would have us look for a key, are ignored.
local function check_header(header, algorithms)
  if type(header.alg) ~= "string" or header.kid ~= nil and type(header.kid) ~= "string" then
    return "malformed"
  elseif not KINDS[header.alg] or algorithms[header.alg] ~= true then
    return "algorithm_not_allowed"
  elseif header.crit ~= nil or header.b64 ~= nil then
    return "critical_header"
  elseif header.typ ~= nil and not (type(header.typ) == "string" and TYPES[lower(header.typ)]) then
    return "wrong_type"
  end
end

local function check_signature(key, algorithm, signed, signature)
  local kind = KINDS[algorithm]
  if key.kind ~= kind or key.algorithm and key.algorithm ~= algorithm then
    return "key_mismatch"
  elseif kind ~= "oct" then
    return not public_key.verify(key, algorithm, signed, signature) and "bad_signature" or nil
  elseif #key.secret < MIN_SECRET then
    return "weak_key"
  end
  return not digest.equal(public_key.hmac_sha256(key.secret, signed), signature) and "bad_signature" or nil
end

-- The claims and the header of a token that is genuine and meant for us, now; or nil and one word that says what is
-- wrong. options: `algorithms` (those allowed, as a set); `find_key(kid, algorithm, header)`, which gives a key of
-- public_key.lua or { kind = "oct", secret }, or nil and a word; `max_bytes` (8192); and those of jwt_claims.check.
function _M.verify(token, options)
  if type(token) ~= "string" then
    return nil, "malformed"
  elseif #token > (options.max_bytes or DEFAULT_MAX_BYTES) then
    return nil, "too_large"
  end
  local signed, first, second, third = match(token, PARTS)
  local head = first and base64url.decode(first)
  local body = second and base64url.decode(second)
  local signature = third and base64url.decode(third)
  local header = head and body and signature and decode_object(head)
  if not header then
    return nil, "malformed"
  end
  local wrong = check_header(header, options.algorithms)
  if wrong then
    return nil, wrong
  end
  local key, unknown = options.find_key(header.kid, header.alg, header)
  if not key then
    return nil, unknown or "unknown_key"
  end
  wrong = check_signature(key, header.alg, signed, signature)
  if wrong then
    return nil, wrong
  end
  local claims = decode_object(body)
  if not claims then
    return nil, "malformed"
  end
  wrong = jwt_claims.check(claims, options)
  if wrong then
    return nil, wrong
  end
  return claims, header
end

return _M
