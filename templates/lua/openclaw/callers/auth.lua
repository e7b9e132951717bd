-- Who is asking, and may they.

local ranges = require "openclaw.core.ranges"
local respond = require "openclaw.core.respond"

local ngx = ngx
local find = string.find
local ipairs, pairs, require = ipairs, pairs, require

local _M = {}

-- What knows the methods of a kind; loaded only where there are any. Each has configure(methods) and identify(name),
-- which returns an identity { id, tier?, routes?, upstreams?, addresses?, models? } or nil and a reason.
local MODULES = {
  key_maps = "openclaw.callers.key_maps",
  jwt = "openclaw.callers.tokens",
  introspection = "openclaw.callers.opaque_tokens",
  client_certificates = "openclaw.callers.certificates",
}

-- Reasons that are no fault of the caller, and those of a caller who is known. All others are a bad or no credential.
local STATUSES = {
  unavailable = 503,
  route_not_allowed = 403,
  upstream_not_allowed = 403,
  address_not_allowed = 403,
}

local MESSAGES = {
  missing = "This request has no credential.",
  unavailable = "Credentials cannot be checked at the moment.",
  expired = "The credential has expired.",
  not_yet_valid = "The credential is not valid yet.",
  route_not_allowed = "This credential may not be used for this route.",
  upstream_not_allowed = "This credential may not be used for this upstream.",
  address_not_allowed = "This credential may not be used from this address.",
}

local CODES = {
  missing = "missing_credential",
  unavailable = "authentication_unavailable",
  expired = "expired_credential",
  not_yet_valid = "credential_not_yet_valid",
  route_not_allowed = "route_not_allowed",
  upstream_not_allowed = "upstream_not_allowed",
  address_not_allowed = "address_not_allowed",
}

local policies = {}
local tiers = {}
local identifiers = {}

-- Takes `policies` and the methods of each kind from lua/gateway.lua, in init, before files are loaded.
function _M.configure(data)
  policies = data.policies or {}
  for kind, module in pairs(MODULES) do
    if data[kind] then
      local methods = require(module)
      methods.configure(data[kind])
      identifiers[kind] = methods.identify
    end
  end
  for name, users in pairs(data.basic_auth or {}) do
    tiers[name] = users.tier
  end
  for _, policy in pairs(policies) do
    local first = policy.methods[1]
    -- By far the most common: one way, which is not left to nginx.
    policy.only = #policy.methods == 1 and identifiers[first.kind] and first
    -- nginx's auth_basic then asks for it unless told that another way was enough.
    policy.may_need_password = policy.realm and not policy.all and #policy.methods > 1
  end
end

-- Why an identity may not do this, or nil when it may.
local function forbidden(identity)
  if identity.routes and not identity.routes[ngx.var.openclaw_route] then
    return "route_not_allowed"
  elseif identity.upstreams and ngx.var.openclaw_upstream ~= ""
    and not identity.upstreams[ngx.var.openclaw_upstream] then
    return "upstream_not_allowed"
  elseif identity.addresses and not ranges.contains(identity.addresses, ngx.var.binary_remote_addr) then
    return "address_not_allowed"
  end
end

-- Tells the log who is asking, once that is known.
local function tell(method, id)
  ngx.var.openclaw_client = id
  ngx.var.openclaw_auth = method and method.name or ""
end

-- The identity and the way by which it is known, or nil and the reason why not.
local function check(method)
  local identity, reason = identifiers[method.kind](method.name)
  if not identity then
    return nil, reason
  end
  local refusal = forbidden(identity)
  if refusal then
    tell(method, identity.id)
    return nil, refusal
  end
  return identity, nil, method
end

-- Of the reasons of several ways the one that helps most: who is known but not allowed, else what could not be checked,
-- else what is wrong with a credential that was given.
local function weight(reason)
  local status = STATUSES[reason]
  return not reason and 0 or status == 403 and 4 or status == 503 and 3 or reason ~= "missing" and 2 or 1
end

-- The identity that any of the ways gives, and that way; else nil, the best reason, and the password that is still to
-- be checked.
local function identify_any(policy)
  local best, password
  for _, method in ipairs(policy.methods) do
    if method.kind == "basic_auth" then
      password = method
    else
      local identity, reason = check(method)
      if identity then
        return identity, nil, method
      end
      best = weight(reason) > weight(best) and reason or best
    end
  end
  local given = password and ngx.var.http_authorization
  if given and find(given, "^[Bb][Aa][Ss][Ii][Cc] ") then
    -- Who is known but not allowed is not who the password is of.
    tell(nil, "")
    return nil, nil, password
  end
  return nil, best or "missing"
end

-- The names that are in both sets; nil stands for all there are.
local function both(one, other)
  if not one or not other then
    return one or other
  end
  local common = {}
  for name in pairs(one) do
    common[name] = other[name]
  end
  return common
end

-- What a caller may do who is known in two ways: what each of them allows. `parts` is what rights to models go by.
local function join(first, identity)
  if not first or not (identity.models or identity.upstreams) then
    return first or identity
  end
  return {
    id = first.id,
    tier = first.tier,
    models = first.models or identity.models,
    upstreams = both(first.upstreams, identity.upstreams),
    parts = { first, identity },
  }
end

-- All ways must agree; the first says who it is, each says what may be done, and any may bring the claims.
local function identify_all(policy)
  local first, password, claims, owner
  for _, method in ipairs(policy.methods) do
    if method.kind == "basic_auth" then
      password = method
    else
      local identity, reason = check(method)
      if not identity then
        return nil, reason
      end
      owner = owner or method
      first, claims = join(first, identity), claims or identity.claims
    end
  end
  return first, nil, owner or password, claims, owner and password
end

local function evaluate(policy)
  if policy.only then
    return check(policy.only)
  elseif policy.all or #policy.methods == 1 then
    return identify_all(policy)
  end
  return identify_any(policy)
end

local function refuse(policy, reason)
  local status = STATUSES[reason] or 401
  if status == 401 then
    ngx.header.www_authenticate = policy.challenge
  end
  local kind = status == 401 and "authentication_error" or status == 403 and "permission_error" or "server_error"
  return respond.error(status, kind, CODES[reason] or "invalid_credential",
    MESSAGES[reason] or "The credential is not valid.")
end

-- Who is asking, of which tier, and the identity; a password that nginx has checked gives none. Or the end.
local function settle(policy, identity, reason, method)
  local id, tier
  if reason then
    return refuse(policy, reason)
  elseif identity then
    id, tier = identity.id, identity.tier
  elseif method then
    id, tier = ngx.var.remote_user, tiers[method.name]
  end
  if not id or id == "" then
    return refuse(policy, "missing")
  end
  tell(method, id)
  return method.clients .. "/" .. id, tier, identity
end

-- Access phase: ends the request with 401, 403 or 503, or returns who is asking (`<whose>/<id>`, so that no two ways to
-- authenticate give the same), their tier, and the identity { models?, upstreams?, … } that says what else they may do.
-- Where the upstream is not known yet ($openclaw_upstream is empty) the caller has to ask for the right to it.
function _M.check(name)
  local policy = policies[name]
  return settle(policy, evaluate(policy))
end

-- Tells limits, which come before the access phase, whom to count: nobody who will be refused, and an address while the
-- password is still to be checked.
local function count(counts, identity, method, claims, is_known)
  local var = ngx.var
  if identity then
    if is_known then
      tell(method, identity.id)
    end
    var.openclaw_counted = "client " .. method.clients .. "/" .. identity.id
    var.openclaw_tier = identity.tier or ""
    claims = claims or identity.claims or {}
    for _, claim in ipairs(counts.claims) do
      var[claim.variable] = claims[claim.name] or ""
    end
  elseif method then
    var.openclaw_counted = "address"
    var.openclaw_tier = tiers[method.name] or ""
  end
end

-- Rewrite phase, where something before the access phase depends on who is asking: leaves the verdict to admit().
function _M.identify(name)
  local policy = policies[name]
  local identity, reason, method, claims, password = evaluate(policy)
  if policy.may_need_password and (identity or not method) then
    ngx.var.openclaw_realm = "off"
  end
  if policy.counts then
    count(policy.counts, identity, method, claims, not password)
  end
  ngx.ctx.openclaw_auth = { policy, identity, reason, method }
end

-- Access phase, after identify(): what check() does.
function _M.admit()
  local verdict = ngx.ctx.openclaw_auth
  return settle(verdict[1], verdict[2], verdict[3], verdict[4])
end

return _M
