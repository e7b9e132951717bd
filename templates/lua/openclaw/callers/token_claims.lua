-- What the claims of a token say about its bearer: who it is, and of which tier.

local jwt_claims = require "openclaw.callers.jwt_claims"

local find = string.find
local ipairs, type = ipairs, type

local _M = {}

-- Longer ids would blow up logs and the keys of limits.
local MAX_ID = 256

-- Characters that nobody sees, by which two ids look alike or a line reads backwards: those of control beyond ASCII
-- (U+0080 to U+009F), soft hyphens, marks of direction, joiners and fillers, line separators, tags. In UTF-8, which
-- claims are.
local INVISIBLE = {
  "\194[\128-\159\173]", "\205\143", "\216\156", "\225\133[\159-\160]", "\225\160[\139-\143]",
  "\226\128[\139-\143\168-\174]", "\226\129[\160-\175]", "\227\133\164", "\239\184[\128-\143]", "\239\187\191",
  "\239\190\160", "\239\191[\185-\187]", "\243\160[\128-\135]",
}

local function is_invisible(value)
  for index = 1, #INVISIBLE do
    if find(value, INVISIBLE[index]) then
      return true
    end
  end
  return false
end

-- A text that means itself and nothing else, or nil: ids are compared byte by byte, and read by people.
local function plain_of(claims, name)
  local value = jwt_claims.text_of(jwt_claims.claim(claims, name))
  if type(value) ~= "string" or value == "" or #value > MAX_ID or find(value, "[%z\1-\31\127]")
    or find(value, "[\128-\255]") and is_invisible(value) then
    return nil
  end
  return value
end

-- What limits count by, each by its name and with whose it is: two issuers may mean different things by one value. Nil
-- when there is none.
local function counted_of(claims, names)
  local counted
  for _, name in ipairs(names.counted or {}) do
    local value = plain_of(claims, name)
    if value then
      counted = counted or {}
      counted[name] = names.clients .. "/" .. value
    end
  end
  return counted
end

-- An identity { id, tier?, claims? }, or nil when the claim that names the client is not there or is no plain text.
function _M.identity(claims, names)
  local id = plain_of(claims, names.client)
  if not id then
    return nil, "missing_claim"
  end
  return { id = id, tier = names.tier and plain_of(claims, names.tier), claims = counted_of(claims, names) }
end

return _M
