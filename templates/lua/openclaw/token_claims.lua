-- What the claims of a token say about its bearer: who it is, and of which tier.

local jwt_claims = require "openclaw.jwt_claims"

local find, gsub = string.find, string.gsub
local format, ipairs, type = string.format, ipairs, type

local _M = {}

-- Longer ids would blow up logs and the keys of limits.
local MAX_ID = 256

local function text_of(value)
  if type(value) == "number" then
    return format("%.0f", value)
  end
  return type(value) == "string" and value or nil
end

local function is_plain(value)
  return value and value ~= "" and #value <= MAX_ID and not find(value, "[%z\1-\31\127]")
end

-- What limits count by, each by its name; nil when there is none.
local function counted_of(claims, names)
  local counted
  for _, name in ipairs(names or {}) do
    local value = text_of(jwt_claims.claim(claims, name))
    if is_plain(value) then
      counted = counted or {}
      counted[name] = value
    end
  end
  return counted
end

-- An identity { id, tier?, claims? }, or nil when the claim that names the client is not there or is no plain text.
function _M.identity(claims, names)
  local id = text_of(jwt_claims.claim(claims, names.client))
  if not is_plain(id) then
    return nil, "missing_claim"
  end
  local tier = names.tier and text_of(jwt_claims.claim(claims, names.tier))
  return {
    id = id,
    tier = tier and gsub(tier, "[%z\1-\31\127]", "") or nil,
    claims = counted_of(claims, names.counted),
  }
end

return _M
