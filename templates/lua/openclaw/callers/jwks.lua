-- The public keys of token issuers, by the URL of their JWKS: one fetch serves all workers, each of which has its own
-- parsed copy. What was fetched last is used until a better one is there.

local clock = require "openclaw.core.clock"
local http = require "openclaw.net.http"
local jwk_set = require "openclaw.callers.jwk_set"
local turn = require "openclaw.core.turn"

local ngx = ngx
local max, min = math.max, math.min
local pcall = pcall

local _M = {}

local MAX_BYTES = 262144
-- Seconds. Without any keys every token is refused, so the next try is sooner than one for an unknown key.
local FIRST_RETRY = 2
-- Seconds beyond the timeout until a fetch counts as lost with its worker: the lookup of a name may take longer.
local GRACE = 5

local function is_older_than(since, seconds)
  return clock.now() - since >= seconds
end

-- Another URL is another set, even under the same name: the dictionary outlives a reload.
local function shared_names(options)
  local prefix = "jwks:" .. options.name .. ":" .. http.identity(options) .. ":"
  return {
    text = prefix .. "text",
    fetched = prefix .. "fetched",
    turn = prefix .. "turn",
    warned = prefix .. "warned",
  }
end

-- A set that another worker has fetched meanwhile.
local function adopt(instance)
  local fetched = instance.shared:get(instance.at.fetched)
  if not fetched or fetched == instance.fetched then
    return
  end
  local text = instance.shared:get(instance.at.text)
  -- Where there is no room left for it, what this worker has may be revoked: it is fetched anew.
  instance.keys, instance.fetched = text and jwk_set.parse(text), fetched
end

local function fetch(instance)
  local answer, reason = http.request(instance.request)
  if not answer then
    return nil, reason
  elseif answer.status ~= 200 then
    return nil, "status " .. answer.status
  end
  local keys, note = jwk_set.parse(answer.body)
  if not keys then
    return nil, note
  end
  if note then
    ngx.log(ngx.WARN, "openclaw: keys of ", instance.name, ": ", note)
  end
  instance.keys, instance.fetched = keys, clock.now()
  local ok
  ok, reason = instance.shared:set(instance.at.text, answer.body)
  -- Without the text nobody is told of it: one worker after another would fetch it, and take it from the one before.
  if not ok then
    return nil, "lua_shared_dict openclaw_auth: " .. reason
  end
  instance.shared:set(instance.at.fetched, instance.fetched)
  return true
end

local function warn(instance, reason)
  if turn.take(instance.shared, instance.at.warned, instance.floor) then
    ngx.log(ngx.WARN, "openclaw: cannot fetch the keys of ", instance.name, ": ", reason,
      instance.keys and "; keeping those known so far" or "")
  end
end

-- Whoever has the turn. An error inside must not keep it.
local function refresh(premature, instance)
  if premature then
    return turn.pass(instance.shared, instance.at.turn, 0)
  end
  local started = clock.now()
  local called, ok, reason = pcall(fetch, instance)
  if not called or not ok then
    warn(instance, called and reason or ok)
  end
  local hold = instance.keys and instance.floor or min(instance.floor, FIRST_RETRY)
  turn.pass(instance.shared, instance.at.turn, hold - (clock.now() - started))
end

local function take_turn(instance)
  return turn.take(instance.shared, instance.at.turn, max(instance.floor, instance.patience + GRACE))
end

local function refresh_later(instance)
  if take_turn(instance) then
    local ok, reason = ngx.timer.at(0, refresh, instance)
    if not ok then
      turn.pass(instance.shared, instance.at.turn, FIRST_RETRY)
      warn(instance, reason)
    end
  end
end

local function refresh_now(instance)
  if not turn.can_wait() then
    return
  elseif take_turn(instance) then
    return refresh(false, instance)
  end
  turn.await(instance.shared, instance.at.turn, instance.patience)
  adopt(instance)
end

-- A set that is never fetched; and the reason when it has no usable key. options: name, text.
function _M.from_text(options)
  local keys, note = jwk_set.parse(options.text)
  if note then
    ngx.log(keys and ngx.WARN or ngx.ERR, "openclaw: keys of ", options.name, ": ", note)
  end
  return { name = options.name, keys = keys }, not keys and note or nil
end

-- The keys behind a URL, fetched on first need. options: name; scheme, host, port, path, verify and server_name as
-- http.request() takes them; timeout in ms; max_age and floor (between two fetches) in seconds; max_bytes. Or a text.
function _M.new(options)
  if options.text then
    return _M.from_text(options)
  end
  return {
    name = options.name,
    shared = ngx.shared.openclaw_auth,
    at = shared_names(options),
    max_age = options.max_age or 3600,
    floor = options.floor or 30,
    patience = options.timeout / 1000,
    request = {
      scheme = options.scheme,
      host = options.host,
      port = options.port,
      path = options.path,
      verify = options.verify,
      server_name = options.server_name,
      method = "GET",
      headers = { Accept = "application/jwk-set+json, application/json" },
      timeout = options.timeout,
      max_bytes = options.max_bytes or MAX_BYTES,
    },
  }
end

-- The key that verifies a token of this key id (or nil) and algorithm; or nil and "unknown_key" or "keys_unavailable".
-- May fetch, for which it waits in phases that can.
function _M.find(instance, id, algorithm)
  if not jwk_set.knows(algorithm) then
    return nil, "unknown_key"
  end
  local key
  if instance.request then
    adopt(instance)
    if instance.keys and is_older_than(instance.fetched, instance.max_age) then
      refresh_later(instance)
    end
    key = instance.keys and jwk_set.pick(instance.keys, id, algorithm)
    if not key then
      refresh_now(instance)
    end
  end
  key = key or instance.keys and jwk_set.pick(instance.keys, id, algorithm)
  if not key then
    return nil, instance.keys and "unknown_key" or "keys_unavailable"
  end
  return key
end

return _M
