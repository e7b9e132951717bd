-- Query arguments, edited as text: what is not removed stays byte for byte and in order.

local ngx = ngx
local char = string.char
local find = string.find
local gmatch = string.gmatch
local gsub = string.gsub
local lower = string.lower
local match = string.match
local concat = table.concat
local ipairs = ipairs
local tonumber = tonumber

local _M = {}

local function decode_hex(digits)
  return char(tonumber(digits, 16))
end

-- The name of one argument as a server reads it: `k%65y` is `key`, `+` is a space.
local function name_of(argument)
  local name = match(argument, "^[^=]*")
  if find(name, "[%%+]") then
    name = gsub(gsub(name, "%+", " "), "%%(%x%x)", decode_hex)
  end
  return name
end

-- Removes the named arguments from a query string; names are compared decoded, and in any case: some servers
-- (ASP.NET, of which Azure's are made) take a name in any. `;` separates as `&` does: some servers still read
-- it so, and a credential must not slip past them.
function _M.without(args, names)
  local wanted = {}
  for _, name in ipairs(names) do
    wanted[lower(name)] = true
  end
  local kept, count, separator = {}, 0, ""
  for argument, following in gmatch(args, "([^&;]*)([&;]?)") do
    if argument ~= "" or following ~= "" then
      if not wanted[lower(name_of(argument))] then
        count = count + 1
        kept[count] = (count > 1 and separator or "") .. argument
      end
      separator = following
    end
  end
  -- A trailing separator belongs to an empty last argument, which gmatch reports as nothing at all.
  if count > 0 and separator ~= "" then
    kept[count + 1] = separator
  end
  return concat(kept)
end

local function may_contain(args, names)
  if find(args, "%", 1, true) or find(args, "+", 1, true) then
    return true
  end
  args = lower(args)
  for _, name in ipairs(names) do
    if find(args, lower(name), 1, true) then
      return true
    end
  end
  return false
end

-- Removes the named arguments from the request; a query without them is left untouched.
function _M.strip(names)
  local args = ngx.var.args
  if not args or args == "" or not may_contain(args, names) then
    return
  end
  local rest = _M.without(args, names)
  if rest ~= args then
    ngx.req.set_uri_args(rest)
  end
end

-- Adds `name=value` at the end of the query; the value is percent-encoded.
function _M.append(name, value)
  local args = ngx.var.args
  local added = ngx.escape_uri(name) .. "=" .. ngx.escape_uri(value)
  if args and args ~= "" then
    added = args .. "&" .. added
  end
  ngx.req.set_uri_args(added)
end

-- Sets an argument of the gateway's own: the client's, in any spelling, is removed first.
function _M.replace(name, value)
  _M.strip({ name })
  _M.append(name, value)
end

return _M
