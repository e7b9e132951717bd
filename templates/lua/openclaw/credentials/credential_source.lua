-- Where credentials come from: an environment variable, read once in init, or a file, which is watched.
-- A value stays in the memory of nginx's processes; it is never logged nor shared.

local watch = require "openclaw.core.watch"

local ngx = ngx
local getenv = os.getenv
local find, match = string.find, string.match
local ipairs = ipairs

local _M = {}

-- A credential is one header line; a larger file is some other file.
local MAX_BYTES = 65536

local sources = {}

-- A line break in a header value would let a credential write further headers.
local function check(text)
  local value = match(text, "^%s*(.-)%s*$")
  if value == "" then
    return nil, "is empty"
  elseif find(value, "[%z\1-\31\127]") then
    return nil, "has control characters"
  end
  return value
end

local function read_environment(source, owner)
  local value, reason = getenv(source.name), "is not set"
  if value then
    value, reason = check(value)
  end
  source.value, source.reason = value, reason
  if not value then
    ngx.log(ngx.ERR, "openclaw: credential ", owner.name, ": environment variable ", source.name, ": ", reason)
  end
end

local function set(source, value)
  source.value = value
  for _, changed in ipairs(source.listeners) do
    changed()
  end
end

local function follow_file(source, owner)
  owner.files = (owner.files or 0) + 1
  source.file = watch.file {
    path = source.name,
    label = "credential " .. owner.name .. (owner.files > 1 and " " .. owner.files or ""),
    max_bytes = MAX_BYTES,
    load = function(text)
      local value, reason = check(text)
      if not value then
        return nil, reason
      end
      set(source, value)
      return true
    end,
    unload = function()
      set(source, nil)
    end,
  }
end

-- The source { value } of a reference { source, name }, the same for equal references. `changed`, if given, is called
-- back when its value changes. The first owner { name } gives it its name in logs and in /openclaw/health: `credential
-- openai`, and `credential openai 2` for a second file.
function _M.get(reference, owner, changed)
  local key = reference.source .. " " .. reference.name
  local source = sources[key]
  if not source then
    source = { kind = reference.source, name = reference.name, listeners = {} }
    sources[key] = source
    if source.kind == "env" then
      read_environment(source, owner)
    else
      follow_file(source, owner)
    end
  end
  source.listeners[#source.listeners + 1] = changed
  return source
end

-- Says for the error log why a source has no value.
function _M.problem(source)
  if source.kind == "env" then
    return "environment variable " .. source.name .. ": " .. source.reason
  end
  return "file " .. source.name .. ": " .. (source.file.reason or "not loaded")
end

return _M
