-- Provider credentials: read once in the master process, kept in this module's memory only.
-- No value is ever logged, shared between processes or written into the configuration.

local query = require "openclaw.query"
local respond = require "openclaw.respond"

local ngx = ngx
local find = string.find
local match = string.match
local open = io.open
local getenv = os.getenv
local pairs = pairs

local _M = {}

-- A credential is one header line; a larger file is some other file.
local MAX_BYTES = 65536

local values = {}
local problems = {}

local function read_file(path)
  local file, reason = open(path, "rb")
  if not file then
    return nil, reason
  end
  local text = file:read(MAX_BYTES + 1)
  file:close()
  if text and #text > MAX_BYTES then
    return nil, "is larger than " .. MAX_BYTES .. " bytes"
  end
  return text or ""
end

local function read(source)
  if source.source == "env" then
    local value = getenv(source.name)
    if not value then
      return nil, "is not set"
    end
    return value
  end
  return read_file(source.name)
end

-- A line break in a header value would let a credential write further headers.
local function check(text)
  local value = match(text, "^%s*(.-)%s*$")
  if value == "" then
    return nil, "is empty"
  end
  if find(value, "[%z\1-\31\127]") then
    return nil, "has control characters"
  end
  return value
end

local function describe(source)
  if source.source == "env" then
    return "environment variable " .. source.name
  end
  return "file " .. source.name
end

-- Reads every credential in init_by_lua, as root; a missing one is logged and does not stop nginx. At the first start
-- that log is nginx's stderr, `error_log` is not open yet; so each refused request tells the reason again.
function _M.load(wanted)
  values, problems = {}, {}
  for name, source in pairs(wanted or {}) do
    local value, reason = read(source)
    if value then
      value, reason = check(value)
    end
    values[name] = value
    if not value then
      problems[name] = describe(source) .. ": " .. reason
      ngx.log(ngx.ERR, "openclaw: no credential for upstream ", name, ": ", problems[name])
    end
  end
end

local function refuse(name)
  ngx.log(ngx.ERR, "openclaw: no credential for upstream ", name, ": ",
    problems[name] or "none is configured", "; refused until nginx is reloaded")
  return respond.error(503, "server_error", "upstream_credential_missing",
    "The gateway has no credential for the upstream '" .. name .. "'.")
end

-- Sets $openclaw_credential for the upstream, or answers 503 when its credential could not be read.
function _M.use(name)
  local value = values[name]
  if not value then
    return refuse(name)
  end
  ngx.var.openclaw_credential = value
end

-- Sends the credential as a query argument; whatever the client sent by that name is dropped. A header is better where
-- the provider takes one: when a connection fails, nginx writes the upstream's URI, arguments included, to error_log.
function _M.use_query(name, argument)
  local value = values[name]
  if not value then
    return refuse(name)
  end
  query.replace(argument, value)
end

return _M
