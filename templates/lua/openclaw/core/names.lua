-- The keys of a table in an order that is the same in every worker and after every reload.

local sort = table.sort
local pairs = pairs

local _M = {}

-- Returns the names of a map, sorted; none for nil.
function _M.sorted(map)
  local names = {}
  for name in pairs(map or {}) do
    names[#names + 1] = name
  end
  sort(names)
  return names
end

return _M
