-- Several credentials of one upstream, of which each request gets one at random by weight.

local credential_source = require "openclaw.credential_source"

local concat = table.concat
local ipairs = ipairs
local random = math.random

local _M = {}

-- Lists the values that are there, each with the end of its share of 0..total.
local function rebuild(pool)
  local values, ends, total = {}, {}, 0
  for _, key in ipairs(pool.keys) do
    if key.source.value then
      total = total + key.weight
      values[#values + 1], ends[#ends + 1] = key.source.value, total
    end
  end
  pool.values, pool.ends, pool.total = values, ends, total
end

-- Makes a pool of { { source, name, weight } }; it follows its sources. The owner { name } is for logs.
function _M.new(keys, owner)
  local pool = { keys = {} }
  for index, given in ipairs(keys) do
    local source = credential_source.get(given, owner, function()
      rebuild(pool)
    end)
    pool.keys[index] = { source = source, weight = given.weight or 1 }
  end
  rebuild(pool)
  return pool
end

-- Whether the pool was made without any key.
function _M.is_empty(pool)
  return #pool.keys == 0
end

-- The credential for this request, or nil when none could be read.
function _M.pick(pool)
  local values = pool.values
  local count = #values
  if count > 1 then
    local at, ends = random() * pool.total, pool.ends
    for index = 1, count - 1 do
      if at < ends[index] then
        return values[index]
      end
    end
  end
  return values[count]
end

-- Says for the error log why there is none.
function _M.problems(pool)
  local problems = {}
  for index, key in ipairs(pool.keys) do
    problems[index] = credential_source.problem(key.source)
  end
  return concat(problems, "; ")
end

return _M
