-- OAuth 2.0 token introspection (RFC 7662): asks the issuer of an opaque token what it stands for.
-- Neither tokens nor secrets are logged or stored; answers are shared between workers under the token's hash.

local digest = require "openclaw.core.digest"
local expiring_memory = require "openclaw.core.expiring_memory"
local http = require "openclaw.net.http"
local json = require "openclaw.core.json"
local turn = require "openclaw.core.turn"

local ngx = ngx
local byte, format = string.byte, string.format
local find, gsub = string.find, string.gsub
local huge, min = math.huge, math.min
local pcall, type = pcall, type

local _M = {}

local MAX_TOKEN = 8192
local MAX_BYTES = 65536
-- Seconds beyond the timeout until a call counts as lost with its worker: the lookup of a name may take longer.
local GRACE = 5
-- Seconds between two complaints about the same issuer.
local COMPLAIN_EVERY = 10
-- What is stored for a token that is not active.
local INACTIVE = ""

local function escape(char)
  return format("%%%02X", byte(char))
end

-- application/x-www-form-urlencoded, as RFC 6749 appendix B wants it for client ids and secrets too.
local function encode(text)
  return (gsub(gsub(text, "[^A-Za-z0-9 ._-]", escape), " ", "+"))
end

local function compose(instance, token, secret)
  local headers = { Accept = "application/json", ["Content-Type"] = "application/x-www-form-urlencoded" }
  local body = "token=" .. encode(token) .. "&token_type_hint=access_token"
  local id = encode(instance.client_id)
  if instance.authentication == "post" then
    body = body .. "&client_id=" .. id .. "&client_secret=" .. encode(secret)
  else
    headers.Authorization = "Basic " .. ngx.encode_base64(id .. ":" .. encode(secret))
  end
  local endpoint = instance.endpoint
  return {
    scheme = endpoint.scheme,
    host = endpoint.host,
    port = endpoint.port,
    path = endpoint.path,
    verify = endpoint.verify,
    server_name = endpoint.server_name,
    method = "POST",
    headers = headers,
    body = body,
    timeout = instance.timeout,
    max_bytes = instance.max_bytes,
  }
end

-- A moment in seconds, the default where there is none; or nil when it is something else.
local function moment(value, default)
  if value == nil or value == json.null then
    return default
  end
  return type(value) == "number" and value or nil
end

local function read(text)
  local claims, reason = json.decode(text)
  if type(claims) ~= "table" or json.is_array(claims) then
    return nil, "not a JSON object" .. (reason and ": " .. reason or "")
  elseif type(claims.active) ~= "boolean" then
    return nil, "`active` is not true or false"
  elseif not moment(claims.exp, huge) or not moment(claims.nbf, 0) then
    return nil, "`exp` or `nbf` is not a number"
  end
  return claims
end

local function judge(text, now)
  local claims = text ~= INACTIVE and read(text)
  if not claims or not claims.active or moment(claims.exp, huge) <= now or moment(claims.nbf, 0) > now then
    return nil, "inactive"
  end
  return claims
end

-- The text of the answer and for how many seconds it may be used.
local function ask(instance, token, now)
  local secret = instance.secret()
  if not secret then
    return nil, "the client secret is missing"
  end
  local answer, reason = http.request(compose(instance, token, secret))
  if not answer then
    return nil, reason
  elseif answer.status ~= 200 then
    return nil, "status " .. answer.status
  end
  local claims
  claims, reason = read(answer.body)
  if not claims then
    return nil, reason
  elseif not claims.active or moment(claims.exp, huge) <= now then
    return INACTIVE, instance.negative_cache
  end
  return answer.body, min(instance.cache, moment(claims.exp, huge) - now)
end

local function complain(instance, reason)
  if turn.take(instance.shared, instance.prefix .. "complained", COMPLAIN_EVERY) then
    ngx.log(ngx.ERR, "openclaw: cannot introspect tokens by ", instance.name, ": ", reason)
  end
end

-- An error inside must not keep the turn.
local function ask_and_store(instance, key, token, now)
  local called, text, detail = pcall(ask, instance, token, now)
  if not called or not text then
    complain(instance, called and detail or text)
    return nil
  end
  if detail > 0 then
    local ok, reason = expiring_memory.put(instance.memory, key, text, detail)
    if not ok then
      complain(instance, "lua_shared_dict openclaw_auth: " .. reason)
    end
  end
  return text
end

-- Requests with the same token make one call, and share its failure too.
local function obtain(instance, key, token, now)
  if not turn.can_wait() then
    return nil
  elseif min(instance.cache, instance.negative_cache) <= 0 then
    -- Nothing is kept that others could share.
    return ask_and_store(instance, key, token, now)
  end
  local place = key .. ":turn"
  if turn.take(instance.shared, place, instance.timeout / 1000 + GRACE) then
    -- Another one may have ended between the look into the dictionary and this turn.
    local text = expiring_memory.get(instance.memory, key) or ask_and_store(instance, key, token, now)
    turn.pass(instance.shared, place, 0)
    return text
  end
  turn.await(instance.shared, place, instance.timeout / 1000)
  return expiring_memory.get(instance.memory, key)
end

-- An introspection endpoint. options: name; scheme, host, port, path, verify and server_name as http.request() takes
-- them; client_id, secret (a function that returns it, or nil), authentication ("basic" or "post"); timeout in ms;
-- cache and negative_cache in seconds, 0 for none; max_bytes.
function _M.new(options)
  local cache = options.cache or 60
  return {
    name = options.name,
    endpoint = options,
    client_id = options.client_id,
    secret = options.secret,
    authentication = options.authentication,
    timeout = options.timeout,
    cache = cache,
    negative_cache = options.negative_cache or min(10, cache),
    max_bytes = options.max_bytes or MAX_BYTES,
    shared = ngx.shared.openclaw_auth,
    memory = expiring_memory.new(ngx.shared.openclaw_auth),
    -- Another endpoint or client is told other things, even under the same name: the dictionary outlives a reload.
    prefix = "introspection:" .. options.name .. ":" .. http.identity(options) .. ":"
      .. digest.sha256_hex(options.client_id) .. ":",
  }
end

-- The claims of a token, a table whose `active` is true; or nil and "malformed", "inactive" or
-- "introspection_unavailable". now: seconds since 1970. Waits for the issuer in phases that can.
function _M.check(instance, token, now)
  if type(token) ~= "string" or #token > MAX_TOKEN or not find(token, "^[\33-\126]+$") then
    return nil, "malformed"
  end
  local key = instance.prefix .. digest.sha256_hex(token)
  local text = expiring_memory.get(instance.memory, key) or obtain(instance, key, token, now)
  if not text then
    return nil, "introspection_unavailable"
  end
  return judge(text, now)
end

return _M
