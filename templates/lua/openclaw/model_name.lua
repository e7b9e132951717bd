-- What is the name of a model, and what is a key that some reader could take for `model`.

local utf8 = require "openclaw.utf8"

local find, gsub, lower, match = string.find, string.gsub, string.lower, string.match

local _M = { MAX_BYTES = 256 }

-- What a key means to a reader of requests.
_M.MODEL, _M.DISGUISED, _M.CHOICES, _M.STREAM = 1, 2, 3, 4

local MEANINGS = { model = _M.MODEL, models = _M.CHOICES, fallbacks = _M.CHOICES, stream = _M.STREAM }

-- encoding/json of Go takes the long s and the Kelvin sign for s and k; readers in C end a key at its first zero byte.
local function fold(key)
  return lower(gsub(gsub(match(key, "^%Z*"), "\197\191", "s"), "\226\132\170", "k"))
end

-- The meaning of a key, or nil. A key that only some readers take for `model` is DISGUISED.
function _M.meaning(key)
  local exact = MEANINGS[key]
  if exact then
    return exact
  end
  local folded = MEANINGS[fold(key)]
  if folded == _M.MODEL then
    return _M.DISGUISED
  end
  return folded == _M.CHOICES and folded or nil
end

-- The same for a field of a form or a query, where servers trim names and read `model[]` and `model.x` as parts of `model`.
function _M.field_meaning(key)
  local meaning = _M.meaning(key)
  if not meaning and find(lower(key), "^%s*model%s*$") or find(lower(key), "^%s*model%s*[%[%.]") then
    return _M.DISGUISED
  end
  return meaning
end

-- Whether a text can be the name of a model: some bytes of UTF-8, but no control character.
function _M.is_valid(text)
  return text ~= "" and #text <= _M.MAX_BYTES and not find(text, "[%z\1-\31\127]")
    and not find(text, "\194[\128-\159]") and not utf8.find_invalid(text)
end

return _M
