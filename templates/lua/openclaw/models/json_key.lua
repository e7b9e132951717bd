-- What a key at the top level of a JSON body means, told from its bytes without making a string of it.

local bytes_of = require "openclaw.core.json_bytes"
local ffi = require "ffi"
local json_string = require "openclaw.core.json_string"
local model_name = require "openclaw.models.model_name"
local utf8 = require "openclaw.core.utf8"

local bor = require("bit").bor
local byte = string.byte
local is_plain = bytes_of.is_plain

local MODEL, DISGUISED, CHOICES, STREAM =
  model_name.MODEL, model_name.DISGUISED, model_name.CHOICES, model_name.STREAM

local _M = {
  MODEL = MODEL,
  DISGUISED = DISGUISED,
  CHOICES = CHOICES,
  STREAM = STREAM,
  -- A key of no interest that had to be decoded to know that.
  ODD = 5,
  -- Readers differ about a bad escape, a lone surrogate, a control character and invalid UTF-8.
  UNREADABLE = 6,
}

-- Decoding is slow, and no request has a reason for such keys.
local MAX_ODD_BYTES = 1024

-- What tells a small letter of ASCII from its capital.
local CASE_BIT = 32

local function word(text)
  return ffi.new("uint8_t[?]", #text, { byte(text, 1, #text) })
end

local MODEL_WORD, MODELS_WORD, STREAM_WORD, FALLBACKS_WORD, PROTO_WORD =
  word "model", word "models", word "stream", word "fallbacks", word "__proto__"

local function spells(bytes, at, letters, length, ignored_bit)
  for index = 0, length - 1 do
    if bor(bytes[at + index], ignored_bit) ~= letters[index] then
      return false
    end
  end
  return true
end

local function odd_meaning(bytes, at, stop)
  local name = json_string.read(ffi.string(bytes + at - 1, stop - at + 2), 1)
  if not name or utf8.find_invalid(name) then
    return _M.UNREADABLE
  end
  return model_name.meaning(name) or _M.ODD
end

-- The meaning of the key whose content reaches from the offset `at` to before `stop`; nil when it is of no interest.
function _M.meaning(bytes, at, stop)
  if not is_plain(bytes, at, stop) then
    return stop - at > MAX_ODD_BYTES and _M.UNREADABLE or odd_meaning(bytes, at, stop)
  end
  local length = stop - at
  if length == 5 and spells(bytes, at, MODEL_WORD, 5, CASE_BIT) then
    return spells(bytes, at, MODEL_WORD, 5, 0) and MODEL or DISGUISED
  elseif length == 6 and spells(bytes, at, STREAM_WORD, 6, 0) then
    return STREAM
  elseif length == 6 and spells(bytes, at, MODELS_WORD, 6, CASE_BIT)
    or length == 9 and spells(bytes, at, FALLBACKS_WORD, 9, CASE_BIT) then
    return CHOICES
  elseif length == 9 and spells(bytes, at, PROTO_WORD, 9, 0) then
    return DISGUISED
  end
end

return _M
