-- Callers with certificates: nginx has verified the certificate in the handshake, this knows whose it is and until
-- when.

local dates = require "openclaw.core.dates"
local ranges = require "openclaw.core.ranges"
local time = require "openclaw.core.time"

local ngx = ngx
local format, gmatch, gsub, match, sub = string.format, string.gmatch, string.gsub, string.match, string.sub
local ipairs, pairs = ipairs, pairs

local _M = {}

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11,
  Dec = 12 }

local sets = {}

local function set_of(list)
  local set = list and {}
  for _, item in ipairs(list or {}) do
    set[item] = true
  end
  return set
end

local function identity_of(client)
  return {
    id = client.id,
    tier = client.tier,
    routes = set_of(client.routes),
    upstreams = set_of(client.upstreams),
    models = client.models,
    addresses = client.addresses and ranges.compile(client.addresses),
    not_before = client.not_before,
    not_after = client.not_after,
  }
end

-- Takes { [name] = { clients? = { [subject] = { id, rights … } } } } in init.
function _M.configure(wanted)
  for name, given in pairs(wanted) do
    local set = { clients = given.clients and {} }
    for subject, client in pairs(given.clients or {}) do
      set.clients[subject] = identity_of(client)
    end
    sets[name] = set
  end
end

-- The common name of a subject as RFC 2253 writes it, nil when it has none or one that is no plain name.
local function common_name(subject)
  for part in gmatch(gsub(subject, "\\.", "\0"), "[^,]+") do
    local name = match(part, "^CN=([%w][%w_.@-]*)$")
    if name then
      return sub(name, 1, 64)
    end
  end
end

-- Whether a certificate is over that was not when the connection began. `moment` is as nginx has it from OpenSSL's
-- ASN1_TIME_print, `Mon DD HH:MM:SS YYYY GMT`; one that reads otherwise counts as over.
local function is_over(moment)
  local month, day, clock, year = match(moment or "", "^(%a+) +(%d+) (%d%d:%d%d:%d%d) (%d%d%d%d) GMT$")
  local ends = MONTHS[month] and time.parse(format("%s-%02d-%02dT%sZ", year, MONTHS[month], day, clock))
  return not ends or dates.now() > ends
end

-- The owner of the certificate of this connection, or nil and the reason: missing, unknown, not_yet_valid or expired.
function _M.identify(name)
  local set = sets[name]
  if ngx.var.ssl_client_verify ~= "SUCCESS" then
    return nil, "missing"
  elseif is_over(ngx.var.ssl_client_v_end) then
    return nil, "expired"
  end
  local subject = ngx.var.ssl_client_s_dn or ""
  if not set.clients then
    local id = common_name(subject)
    if not id then
      return nil, "unknown"
    end
    return { id = id }
  end
  local identity = set.clients[subject]
  if not identity then
    return nil, "unknown"
  elseif identity.not_before and dates.now() < identity.not_before then
    return nil, "not_yet_valid"
  elseif identity.not_after and dates.now() >= identity.not_after then
    return nil, "expired"
  end
  return identity
end

return _M
