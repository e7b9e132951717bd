-- JSON Web Key Sets (RFC 7517): which of their keys may verify a token.

local json = require "openclaw.core.json"
local public_key = require "openclaw.callers.public_key"

local ipairs, type = ipairs, type

local _M = {}

-- Symmetric keys do not belong into a set that is fetched; other kinds are the future's.
local KINDS = { RSA = true, EC = true, OKP = true }
-- RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1.
local PRIVATE = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" }
local KIND_OF_ALGORITHM = { RS256 = "RSA", PS256 = "RSA", ES256 = "EC", EdDSA = "OKP" }

-- Sets often hold keys for encryption beside those for signatures: no reason to complain about them.
local function may_verify(jwk)
  if jwk.use ~= nil and jwk.use ~= "sig" then
    return false
  elseif jwk.key_ops == nil then
    return true
  end
  for _, operation in ipairs(json.is_array(jwk.key_ops) and jwk.key_ops or {}) do
    if operation == "verify" then
      return true
    end
  end
  return false
end

-- The usable keys of a set, and what to tell of those that are not; or nil and the reason.
function _M.parse(text)
  local set, reason = json.decode(text)
  local list = type(set) == "table" and set.keys
  if not json.is_array(list) then
    return nil, "not a key set" .. (reason and ": " .. reason or "")
  end
  local keys, broken, problem = {}, 0, nil
  for _, jwk in ipairs(list) do
    if type(jwk) == "table" and KINDS[jwk.kty] and may_verify(jwk) then
      local key, why = public_key.from_jwk(jwk)
      if key then
        keys[#keys + 1] = { key = key, id = jwk.kid, algorithm = jwk.alg }
      else
        broken, problem = broken + 1, problem or why
      end
    end
  end
  local note = problem and broken .. " of " .. #list .. " keys cannot be used, the first " .. problem or nil
  if #keys == 0 then
    return nil, "the set has no usable key" .. (note and ": " .. note or "")
  end
  return keys, note
end

-- Whether there is nothing in a text, a set or anything else that keys are read from, that has to stay secret. Private
-- keys are of no use here, but some have them in the same file.
function _M.is_public(text)
  local set = json.decode(text)
  for _, jwk in ipairs(type(set) == "table" and json.is_array(set.keys) and set.keys or {}) do
    for _, name in ipairs(PRIVATE) do
      if type(jwk) == "table" and jwk[name] ~= nil then
        return false
      end
    end
  end
  return true
end

-- Whether keys for this algorithm can be in a set at all.
function _M.knows(algorithm)
  return KIND_OF_ALGORITHM[algorithm] ~= nil
end

-- The key of this id; without an id the only one that fits the algorithm.
function _M.pick(keys, id, algorithm)
  local found
  for _, entry in ipairs(keys) do
    if entry.key.kind == KIND_OF_ALGORITHM[algorithm] and (entry.algorithm or algorithm) == algorithm
      and (id or entry.id) == entry.id then
      if id then
        return entry.key
      elseif found then
        return nil
      end
      found = entry.key
    end
  end
  return found
end

return _M
