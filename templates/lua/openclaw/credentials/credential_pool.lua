-- Several credentials of one upstream, of which each request gets one at random by weight. What belongs to a credential,
-- such as an organisation, comes with it as the values of variables that its headers are made of.

local credential_source = require "openclaw.credentials.credential_source"
local digest = require "openclaw.core.digest"
local names = require "openclaw.core.names"

local concat = table.concat
local ipairs = ipairs
local random = math.random
local sub = string.sub

local _M = {}

-- Hexadecimal digits of the hash that tell the values of a pool apart; too few to find a value by.
local ID_DIGITS = 16

-- One key for two organisations is two credentials: each has limits and rights of its own.
local function id_of(value, sent)
  local parts = { value }
  for _, name in ipairs(names.sorted(sent or {})) do
    parts[#parts + 1] = name .. "=" .. sent[name]
  end
  return sub(digest.sha256_hex(concat(parts, "\n")), 1, ID_DIGITS)
end

-- Lists the values that are there, each with its id, its weight and the end of its share of 0..total.
local function rebuild(pool)
  local values, sent, ids, weights, ends, total = {}, {}, {}, {}, {}, 0
  for _, key in ipairs(pool.keys) do
    local value = key.source.value
    if value then
      local index = #values + 1
      total = total + key.weight
      values[index], weights[index], ends[index] = value, key.weight, total
      ids[index], sent[index] = id_of(value, key.sent), key.sent or false
    end
  end
  pool.values, pool.sent, pool.ids, pool.weights, pool.ends, pool.total = values, sent, ids, weights, ends, total
end

-- Makes a pool of { { source, name, weight, sent? } }, `sent` being { [variable] = value }; it follows its sources. The
-- owner { name } is for logs.
function _M.new(keys, owner)
  local pool = { keys = {} }
  for index, given in ipairs(keys) do
    local source = credential_source.get(given, owner, function()
      rebuild(pool)
    end)
    pool.keys[index] = { source = source, weight = given.weight or 1, sent = given.sent }
  end
  rebuild(pool)
  return pool
end

-- Whether the pool was made without any key.
function _M.is_empty(pool)
  return #pool.keys == 0
end

-- Draws among the values that are not left out: { [index] = true }. There has to be one.
function _M.pick_without(pool, out)
  local weights, total = pool.weights, 0
  for index = 1, #weights do
    total = total + (out[index] and 0 or weights[index])
  end
  local at, last = random() * total, nil
  for index = 1, #weights do
    if not out[index] then
      last, at = index, at - weights[index]
      if at < 0 then
        break
      end
    end
  end
  return pool.values[last], last
end

-- The credential for this request and its index, or nil when none could be read.
function _M.pick(pool)
  local values = pool.values
  local count = #values
  if count > 1 then
    local at, ends = random() * pool.total, pool.ends
    for index = 1, count - 1 do
      if at < ends[index] then
        return values[index], index
      end
    end
  end
  return values[count], count
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
