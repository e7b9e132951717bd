-- Callers with signed tokens (RFC 7519): which keys an issuer has, and what its tokens say.

local credential_source = require "openclaw.credentials.credential_source"
local jwk_set = require "openclaw.callers.jwk_set"
local jwks = require "openclaw.callers.jwks"
local jwt = require "openclaw.callers.jwt"
local key_sources = require "openclaw.callers.key_sources"
local names = require "openclaw.core.names"
local public_key = require "openclaw.callers.public_key"
local token_claims = require "openclaw.callers.token_claims"
local watch = require "openclaw.core.watch"

local ngx = ngx
local find = string.find
local ipairs = ipairs

local _M = {}

local MAX_FILE_BYTES = 1048576
-- RFC 7518 section 3.2: as long as the hash of HS256 at least.
local MIN_SECRET_BYTES = 32

local issuers = {}

-- Each of these returns find_key(kid, algorithm) for jwt.verify.

local function from_url(name, given)
  local url = given.url
  local set = jwks.new {
    name = name,
    scheme = url.scheme,
    host = url.host,
    port = url.port,
    path = url.path,
    verify = true,
    timeout = given.timeout,
    max_age = given.max_age,
    floor = given.floor,
  }
  return function(kid, algorithm)
    return jwks.find(set, kid, algorithm)
  end
end

local function from_pem(text)
  local key, reason = public_key.from_pem(text)
  return key and function()
    return key
  end, reason
end

local function from_text(name, text)
  if find(text, "-----BEGIN", 1, true) then
    return from_pem(text)
  end
  local set, reason = jwks.from_text { name = name, text = text }
  return not reason and function(kid, algorithm)
    return jwks.find(set, kid, algorithm)
  end, reason
end

local function from_file(name, path)
  local find_key
  watch.file {
    path = path,
    label = "keys of " .. name,
    max_bytes = MAX_FILE_BYTES,
    keep = jwk_set.is_public,
    load = function(text)
      local found, reason = from_text(name, text)
      if not found then
        return nil, reason
      end
      find_key = found
      return true
    end,
    unload = function()
      find_key = nil
    end,
  }
  return function(kid, algorithm)
    if not find_key then
      return nil, "keys_unavailable"
    end
    return find_key(kid, algorithm)
  end
end

local function from_secret(name, reference)
  local key, complained = { kind = "oct" }, nil
  local source = credential_source.get(reference, { name = name })
  return function()
    local value = source.value
    if not value or #value < MIN_SECRET_BYTES then
      if value and value ~= complained then
        complained = value
        ngx.log(ngx.ERR, "openclaw: secret of ", name, ": is shorter than ", MIN_SECRET_BYTES,
          " bytes; its tokens are refused")
      end
      return nil, "keys_unavailable"
    end
    key.secret = value
    return key
  end
end

local function find_key_of(name, keys)
  if keys.url then
    return from_url(name, keys)
  elseif keys.file then
    return from_file(name, keys.file)
  elseif keys.secret then
    return from_secret(name, keys.secret)
  end
  local find_key, reason = from_pem(keys.pem)
  if not find_key then
    ngx.log(ngx.ERR, "openclaw: public key of ", name, ": ", reason)
  end
  return find_key or function()
    return nil, "keys_unavailable"
  end
end

-- Takes { [name] = { sources, keys, algorithms, issuer, audience, leeway, require_expiry, claims } } in init, before
-- files are loaded.
function _M.configure(wanted)
  for _, name in ipairs(names.sorted(wanted)) do
    local given = wanted[name]
    issuers[name] = {
      readers = key_sources.readers(given.sources),
      claims = given.claims,
      options = {
        algorithms = given.algorithms,
        find_key = find_key_of(name, given.keys),
        issuer = given.issuer,
        audience = given.audience,
        leeway = given.leeway,
        require_expiry = given.require_expiry,
        required = given.claims.required,
      },
    }
  end
end

local REASONS = {
  keys_unavailable = "unavailable",
  expired = "expired",
  not_yet_valid = "not_yet_valid",
}

-- The bearer of the token that the request carries, or nil and the reason: missing, unavailable, expired, not_yet_valid
-- or another word for what is wrong with it.
function _M.identify(name)
  local issuer = issuers[name]
  local token = key_sources.first(issuer.readers)
  if not token then
    return nil, "missing"
  end
  local claims, reason = jwt.verify(token, issuer.options)
  if not claims then
    return nil, REASONS[reason] or "invalid"
  end
  local identity = token_claims.identity(claims, issuer.claims)
  if not identity then
    return nil, "invalid"
  end
  return identity
end

return _M
