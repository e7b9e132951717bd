-- What a line of a key file says about its key, behind the hash: `tier=premium models=gpt-4o*,o3`.

local ranges = require "openclaw.core.ranges"
local time = require "openclaw.core.time"

local byte, find, match, sub = string.byte, string.find, string.match, string.sub
local ipairs = ipairs

local _M = {}

local EQUALS = byte("=")
local NAME, MAX_NAME = "^[a-z][a-z0-9_-]*$", 63

local function read_name(value)
  return find(value, NAME) and #value <= MAX_NAME and value or nil
end

-- The items of a comma-separated list that all fit a pattern, or nil.
local function read_list(value, pattern)
  local list, at = {}, 1
  repeat
    local comma = find(value, ",", at, true) or #value + 1
    local item = sub(value, at, comma - 1)
    if not find(item, pattern) then
      return nil
    end
    list[#list + 1] = item
    at = comma + 1
  until comma > #value
  return list
end

local function read_names(value)
  local list, set = read_list(value, NAME), {}
  for _, name in ipairs(list or {}) do
    if #name > MAX_NAME then
      return nil
    end
    set[name] = true
  end
  return list and set
end

local function read_models(value)
  return read_list(value, "^[%w_.:/@*+-]+$")
end

local function read_addresses(value)
  local list = read_list(value, "^[%x.:/]+$")
  return list and ranges.compile(list)
end

local ATTRIBUTES = {
  tier = { read = read_name, want = "a name" },
  routes = { read = read_names, want = "a list of names" },
  upstreams = { read = read_names, want = "a list of names" },
  models = { read = read_models, want = "a list of models" },
  addresses = { read = read_addresses, want = "a list of address ranges" },
  not_before = { read = time.parse, want = "a time" },
  not_after = { read = time.parse, want = "a time" },
}

-- Reads the words of a line: tier, routes and upstreams as sets, models as a list, addresses for `ranges.contains`,
-- not_before and not_after in seconds since 1970. Returns nil and the reason, without a value, when one is wrong.
-- `known` holds the values of words that were read before; lines share them.
function _M.read(words, known)
  local read = {}
  for _, word in ipairs(words) do
    local name = match(word, "^[a-z_]+")
    local attribute = ATTRIBUTES[name]
    if not attribute or byte(word, #name + 1) ~= EQUALS then
      return nil, "unknown attribute"
    elseif read[name] then
      return nil, "`" .. name .. "` is given twice"
    end
    known[word] = known[word] or attribute.read(sub(word, #name + 2))
    if not known[word] then
      return nil, "`" .. name .. "` is not " .. attribute.want
    end
    read[name] = known[word]
  end
  return read
end

return _M
