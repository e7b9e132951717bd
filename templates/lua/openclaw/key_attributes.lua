-- What a line of a key file says about its key, behind the hash: `tier=premium models=gpt-4o*,o3`.

local ranges = require "openclaw.ranges"
local time = require "openclaw.time"

local find, gsub, match = string.find, string.gsub, string.match
local ipairs = ipairs

local _M = {}

local MAX_NAME = 63

-- Takes a comma-separated list apart; false when an item does not fit the pattern or is refused.
local function each_item(value, pattern, take)
  return gsub(value .. ",", pattern .. ",", take) == ""
end

local function read_name(value)
  return find(value, "^[a-z][a-z0-9_-]*$") and #value <= MAX_NAME and value or nil
end

local function read_names(value)
  local set = {}
  return each_item(value, "([a-z][a-z0-9_-]*)", function(name)
    set[name] = true
    return #name <= MAX_NAME and "" or nil
  end) and set or nil
end

local function read_list(value, pattern)
  local list = {}
  return each_item(value, pattern, function(item)
    list[#list + 1] = item
    return ""
  end) and list or nil
end

local function read_models(value)
  return read_list(value, "([%w_.:/@*+-]+)")
end

local function read_addresses(value)
  local list = read_list(value, "([%x.:/]+)")
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
function _M.read(words)
  local read = {}
  for _, word in ipairs(words) do
    local name, value = match(word, "^([a-z_]+)=(.+)$")
    local attribute = ATTRIBUTES[name]
    if not attribute then
      return nil, "unknown attribute"
    end
    if read[name] then
      return nil, "`" .. name .. "` is given twice"
    end
    read[name] = attribute.read(value)
    if not read[name] then
      return nil, "`" .. name .. "` is not " .. attribute.want
    end
  end
  return read
end

return _M
