-- Which upstreams serve a model, and under which name: exact names first, then the pattern with the most literal
-- characters.

local glob = require "openclaw.core.glob"

local find = string.find
local sort = table.sort
local ipairs = ipairs

local _M = {}

local exact, patterns = {}, {}

local function is_before(a, b)
  if a.literals ~= b.literals then
    return a.literals > b.literals
  end
  return a.name < b.name
end

-- Takes `models` of lua/gateway.lua in init, a list of { name, targets = { { upstream, model? } } }.
function _M.configure(data)
  exact, patterns = {}, {}
  for _, entry in ipairs(data.models) do
    if find(entry.name, "*", 1, true) then
      local parts = glob.compile(entry.name)
      patterns[#patterns + 1] = { name = entry.name, parts = parts, literals = glob.literals(parts), entry = entry }
    else
      exact[entry.name] = entry
    end
  end
  sort(patterns, is_before)
end

-- The entry of the table that a model belongs to, or nil.
function _M.find(model)
  local entry = exact[model]
  if entry then
    return entry
  end
  for index = 1, #patterns do
    if glob.matches(patterns[index].parts, model) then
      return patterns[index].entry
    end
  end
end

-- The entries that name one model each, by its name.
function _M.exact()
  return exact
end

return _M
