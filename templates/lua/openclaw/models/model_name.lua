-- What can be the name of a model, and what a key means to those who read requests.

local utf8 = require "openclaw.core.utf8"

local ngx = ngx
local find, gsub, lower, match = string.find, string.gsub, string.lower, string.match

local _M = {
  MAX_BYTES = 256,
  MODEL = 1,
  -- Some servers take it for `model`, or for an object that has one, and some do not.
  DISGUISED = 2,
  -- Names further models.
  CHOICES = 3,
  STREAM = 4,
}

local MEANINGS = {
  model = _M.MODEL,
  models = _M.CHOICES,
  fallbacks = _M.CHOICES,
  stream = _M.STREAM,
  -- Object.assign of JavaScript makes it what the others are inherited from.
  __proto__ = _M.DISGUISED,
}

-- As the most generous servers compare: without case, for which Go takes the long s and the Kelvin sign for s and k,
-- and up to the first zero byte, where C ends a string.
function _M.fold(key)
  return lower(gsub(gsub(match(key, "^%Z*"), "\197\191", "s"), "\226\132\170", "k"))
end

-- The meaning of a decoded key, or nil when it has none here.
function _M.meaning(key)
  local meaning = MEANINGS[key]
  if meaning then
    return meaning
  end
  meaning = MEANINGS[_M.fold(key)]
  if meaning == _M.MODEL then
    return _M.DISGUISED
  end
  return meaning == _M.CHOICES and _M.CHOICES or nil
end

-- The same for a decoded field of a form or a query: there some servers also trim, decode once more, and make an object
-- of `model[name]` or `model.name`.
function _M.field_meaning(key)
  local meaning = _M.meaning(key)
  if not meaning then
    local name = _M.fold(ngx.unescape_uri(key))
    if find(name, "^%s*model%s*$") or find(name, "^%s*model%s*[%[.]") then
      return _M.DISGUISED
    end
  end
  return meaning
end

-- Whether a text can be the name of a model: UTF-8 without control characters.
function _M.is_valid(text)
  return text ~= "" and #text <= _M.MAX_BYTES and not find(text, "[%z\1-\31\127]")
    and not find(text, "\194[\128-\159]") and not utf8.find_invalid(text)
end

return _M
