-- What the claims of a token say about its bearer: who it is, and of which tier.

local jwt_claims = require "openclaw.jwt_claims"

local find, gsub = string.find, string.gsub
local format, type = string.format, type

local _M = {}

-- Longer ids would blow up logs and the keys of limits.
local MAX_ID = 256

local function text_of(value)
  if type(value) == "number" then
    return format("%.0f", value)
  end
  return type(value) == "string" and value or nil
end

-- An identity { id, tier? }, or nil when the claim that names the client is not there or is no plain text.
function _M.identity(claims, names)
  local id = text_of(jwt_claims.claim(claims, names.client))
  if not id or id == "" or #id > MAX_ID or find(id, "[%z\1-\31\127]") then
    return nil, "missing_claim"
  end
  local tier = names.tier and text_of(jwt_claims.claim(claims, names.tier))
  return { id = id, tier = tier and gsub(tier, "[%z\1-\31\127]", "") or nil }
end

return _M
