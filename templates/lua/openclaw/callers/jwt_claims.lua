-- What the claims of a genuine token must say (RFC 7519 section 4.1), and how a claim is found by its name.

local dates = require "openclaw.core.dates"
local json = require "openclaw.core.json"

local format, gmatch, match, sub = string.format, string.gmatch, string.match, string.sub
local floor = math.floor
local ipairs, tonumber, tostring, type = ipairs, tonumber, tostring, type

local _M = {}

local TIMES = { "exp", "nbf", "iat" }
-- RFC 8693 section 4.2 and what Microsoft and Okta call it: words between spaces. Any other claim may be prose.
local WORD_LISTS = { scope = true, scp = true }
-- Above 2^53 two numbers may be one double.
local MAX_INTEGER = 9007199254740992

local function check_times(claims, options)
  for _, name in ipairs(TIMES) do
    if claims[name] ~= nil and type(claims[name]) ~= "number" then
      return "malformed"
    end
  end
  local now, leeway = options.now or dates.now(), options.leeway or 0
  if claims.exp == nil and options.require_expiry ~= false then
    return "missing_claim"
  elseif claims.exp and now >= claims.exp + leeway then
    return "expired"
  elseif claims.nbf and now < claims.nbf - leeway then
    return "not_yet_valid"
  elseif claims.iat and claims.iat > now + leeway then
    return "issued_in_future"
  end
end

local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then
      return true
    end
  end
  return false
end

local function is_meant_for(audience, wanted)
  if not json.is_array(audience) then
    return contains(wanted, audience)
  end
  for _, item in ipairs(audience) do
    if contains(wanted, item) then
      return true
    end
  end
  return false
end

-- A string as it is, and a number by its digits: nil where two numbers could come to be one, which have a fraction or
-- an exponent, or are 2^53 and beyond. RFC 7519 has names as strings; issuers that number people send plain integers.
function _M.text_of(value, is_inexact)
  if type(value) ~= "number" then
    return type(value) == "string" and value or nil
  elseif is_inexact or value ~= floor(value) or value <= -MAX_INTEGER or value >= MAX_INTEGER then
    return nil
  end
  return format("%.0f", value)
end

local function is_one_of(wanted, value, is_inexact)
  if type(value) == "number" and value ~= floor(value) then
    for _, item in ipairs(wanted) do
      if tonumber(item) == value then
        return true
      end
    end
    return false
  end
  return contains(wanted, type(value) == "boolean" and tostring(value) or _M.text_of(value, is_inexact))
end

local function has_word(text, wanted)
  for word in gmatch(text, "[^ ]+") do
    if contains(wanted, word) then
      return true
    end
  end
  return false
end

local function matches(name, value, wanted, is_inexact)
  if json.is_array(value) then
    for index, item in ipairs(value) do
      if is_one_of(wanted, item, json.is_inexact(value, index)) then
        return true
      end
    end
    return false
  end
  local is_words = type(value) == "string" and WORD_LISTS[match(name, "[^.]*$")]
  return is_one_of(wanted, value, is_inexact) or is_words and has_word(value, wanted) or false
end

-- A claim by its name, or nil, and whether it is a number that another may look like; null counts as none.
-- `realm_access.roles` is a claim inside another, unless one has just that name: the longest name wins at each level,
-- as names that are URLs have dots themselves.
function _M.claim(claims, name)
  local value = claims[name]
  if value == json.null then
    return nil
  elseif value ~= nil then
    return value, json.is_inexact(claims, name)
  end
  for dot = #name - 1, 2, -1 do
    local inner = sub(name, dot, dot) == "." and claims[sub(name, 1, dot - 1)]
    if json.is_object(inner) then
      local found, is_inexact = _M.claim(inner, sub(name, dot + 1))
      if found ~= nil then
        return found, is_inexact
      end
    end
  end
end

local function check_required(claims, required)
  for _, wanted in ipairs(required) do
    local value, is_inexact = _M.claim(claims, wanted.name)
    if value == nil then
      return "missing_claim"
    elseif wanted.values and not matches(wanted.name, value, wanted.values, is_inexact) then
      return "wrong_claim"
    end
  end
end

-- One word that says what is wrong with the claims, or nil. options: `issuer`, `audience` (a list, one of which must be
-- there), `now` and `leeway` in seconds, `require_expiry` (true), and `required`, a list of { name, values }: each must
-- be there and, where there are values, be, hold (an array) or mention (`scope`) one of them.
function _M.check(claims, options)
  local wrong = check_times(claims, options)
  if wrong then
    return wrong
  elseif options.issuer and claims.iss ~= options.issuer then
    return "wrong_issuer"
  elseif options.audience and not is_meant_for(claims.aud, options.audience) then
    return "wrong_audience"
  end
  return check_required(claims, options.required or {})
end

return _M
