-- Callers with tokens that only their issuer can read (RFC 7662).

local credential_source = require "openclaw.credentials.credential_source"
local dates = require "openclaw.core.dates"
local introspection = require "openclaw.callers.introspection"
local jwt_claims = require "openclaw.callers.jwt_claims"
local key_sources = require "openclaw.callers.key_sources"
local names = require "openclaw.core.names"
local token_claims = require "openclaw.callers.token_claims"

local ipairs = ipairs

local _M = {}

local issuers = {}

local function secret_of(name, reference)
  local source = credential_source.get(reference, { name = name })
  return function()
    return source.value
  end
end

local function issuer_of(name, given)
  local url = given.url
  return {
    readers = key_sources.readers(given.sources),
    claims = given.claims,
    -- The issuer says itself until when a token is good.
    options = { audience = given.audience, required = given.claims.required, require_expiry = false },
    endpoint = introspection.new {
      name = name,
      scheme = url.scheme,
      host = url.host,
      port = url.port,
      path = url.path,
      verify = true,
      client_id = given.client_id,
      secret = secret_of(name, given.client_secret),
      authentication = given.authentication,
      timeout = given.timeout,
      cache = given.cache,
    },
  }
end

-- Takes { [name] = { sources, url, client_id, client_secret, authentication, timeout, cache, audience, claims } } in
-- init, before files are loaded.
function _M.configure(wanted)
  for _, name in ipairs(names.sorted(wanted)) do
    issuers[name] = issuer_of(name, wanted[name])
  end
end

-- The bearer of the token that the request carries, or nil and the reason: missing, unavailable or invalid.
function _M.identify(name)
  local issuer = issuers[name]
  local token = key_sources.first(issuer.readers)
  if not token then
    return nil, "missing"
  end
  local claims, reason = introspection.check(issuer.endpoint, token, dates.now())
  if not claims then
    return nil, reason == "introspection_unavailable" and "unavailable" or "invalid"
  elseif jwt_claims.check(claims, issuer.options) then
    return nil, "invalid"
  end
  local identity = token_claims.identity(claims, issuer.claims)
  if not identity then
    return nil, "invalid"
  end
  return identity
end

return _M
