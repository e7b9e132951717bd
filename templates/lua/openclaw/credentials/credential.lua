-- Provider credentials: which one a request gets, by who calls, and how it is sent.
-- No value is ever logged, shared between processes or written into the configuration.

local credential_pool = require "openclaw.credentials.credential_pool"
local names = require "openclaw.core.names"
local query = require "openclaw.core.query"
local respond = require "openclaw.core.respond"

local ngx = ngx
local ipairs, pairs = ipairs, pairs

local _M = {}

local upstreams = {}
local choose = credential_pool.pick

-- Chooses the values of pools by `chooser(pool, upstream)` from now on, which returns a value and its index.
function _M.choose_by(chooser)
  choose = chooser
end

-- Takes { [upstream] = { keys, rules } } in init, before files are loaded; a rule has its keys and at least one of
-- client, tier and route. Environment variables are read here, as root; a missing one is logged and does not stop
-- nginx. At the first start that log is nginx's stderr, `error_log` is not open yet; so each refused request tells the
-- reason again.
function _M.configure(data)
  local wanted = data.credentials
  for _, name in ipairs(names.sorted(wanted)) do
    local given, owner = wanted[name], { name = name }
    local upstream = { rules = {}, pool = credential_pool.new(given.keys, owner) }
    for index, rule in ipairs(given.rules or {}) do
      upstream.rules[index] = {
        client = rule.client,
        tier = rule.tier,
        route = rule.route,
        pool = credential_pool.new(rule.keys, owner),
      }
    end
    upstreams[name] = upstream
  end
end

local function choose_pool(upstream, client, tier, route)
  local rules = upstream.rules
  for index = 1, #rules do
    local rule = rules[index]
    if (not rule.client or rule.client == client) and (not rule.tier or rule.tier == tier)
      and (not rule.route or rule.route == route) then
      return rule.pool
    end
  end
  return upstream.pool
end

local function refuse(name, pool)
  if pool and credential_pool.is_empty(pool) then
    return respond.error(403, "permission_error", "no_credential_for_client",
      "The gateway has no credential of the upstream '" .. name .. "' for this client.")
  end
  ngx.log(ngx.ERR, "openclaw: no credential for upstream ", name, ": ",
    pool and credential_pool.problems(pool) or "none is configured")
  return respond.error(503, "server_error", "upstream_credential_missing",
    "The gateway has no credential for the upstream '" .. name .. "'.")
end

-- The keys that are meant for this caller, or nil for an upstream that takes none.
function _M.pool(name, client, tier, route)
  local upstream = upstreams[name]
  return upstream and choose_pool(upstream, client, tier, route)
end

-- The credential and what is sent with it, or nil and the pool that has none.
local function find(name, client, tier, route)
  local pool = _M.pool(name, client, tier, route)
  if not pool then
    return nil
  end
  local value, index = choose(pool, name)
  if not value then
    return nil, pool
  end
  return value, pool.sent[index]
end

-- A credential of the upstream for the gateway's own requests, or nil: the one that a caller gets whom no rule names. And
-- what is sent with it, { [variable] = value } or false.
function _M.value(name)
  local pool = _M.pool(name)
  if not pool then
    return nil
  end
  local value, index = credential_pool.pick(pool)
  return value, value and pool.sent[index]
end

-- The location has emptied these variables: nothing is left of another key.
local function send_with(sent)
  if sent then
    local var = ngx.var
    for variable, value in pairs(sent) do
      var[variable] = value
    end
  end
end

-- Sets $openclaw_credential for the upstream, and the variables of what belongs to the credential. Answers 403 when no
-- credential is meant for this caller, and 503 when none of those that are could be read. Client, tier and route are
-- names or nil.
function _M.use(name, client, tier, route)
  local value, sent = find(name, client, tier, route)
  if not value then
    return refuse(name, sent)
  end
  ngx.var.openclaw_credential = value
  send_with(sent)
end

-- Sends the credential as a query argument; whatever the client sent by that name is dropped. A header is better where
-- the provider takes one: when a connection fails, nginx writes the upstream's URI, arguments included, to error_log.
function _M.use_query(name, argument, client, tier, route)
  local value, sent = find(name, client, tier, route)
  if not value then
    return refuse(name, sent)
  end
  query.replace(argument, value)
  send_with(sent)
end

return _M
