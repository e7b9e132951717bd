-- What the end of a path tells about the models that work for a request.

local rules = require "openclaw.models.work_rules"

local find, gsub, lower, match = string.find, string.gsub, string.lower, string.match
local ipairs, pairs = ipairs, pairs

local _M = {}

-- By their last segments; those that may end in anything are in `others`.
local by_end, others = {}, {}

local function pattern_of(tail)
  return "/" .. gsub(gsub(tail, "[%-.+]", "%%%0"), "%*", "[^/]+") .. "$"
end

for tail, meaning in pairs(rules.endpoints) do
  local rule = { length = #tail, meaning = meaning, exact = pattern_of(tail), folded = pattern_of(lower(tail)) }
  local last = lower(match(tail, "[^/]+$"))
  if find(last, "*", 1, true) then
    others[#others + 1] = rule
  else
    by_end[last] = by_end[last] or {}
    by_end[last][#by_end[last] + 1] = rule
  end
end

local function longest(best, list, folded)
  for _, rule in ipairs(list or {}) do
    if (not best or rule.length > best.length) and find(folded, rule.folded) then
      best = rule
    end
  end
  return best
end

-- The meaning of a path that is normalised and decoded as $uri is: `no_work`, `hidden`, `each_request`, `google_names`
-- or nil. Case, parameters of segments and a slash at the end are not looked at, but for `no_work`, where all servers
-- have to agree.
function _M.meaning(path)
  local folded = lower(gsub(gsub(path, ";[^/]*", ""), "/+$", ""))
  local last = match(folded, "[^/]+$")
  local rule = last and longest(longest(nil, by_end[last], folded), others, folded)
  if not rule or rule.meaning ~= "no_work" then
    return rule and rule.meaning
  end
  return find(path, rule.exact) and not find(path, "[^%w_.~:@/-]") and "no_work" or nil
end

return _M
