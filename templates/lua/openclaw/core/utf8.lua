-- UTF-8 (RFC 3629).

local byte, char, find = string.byte, string.char, string.find
local floor = math.floor

local _M = {}

-- By the first byte of a sequence, the pattern of the whole: no overlong form, no surrogate, nothing above U+10FFFF.
local SEQUENCES = {}
for first = 0xC2, 0xDF do
  SEQUENCES[first] = "^.[\128-\191]"
end
for first = 0xE0, 0xEF do
  SEQUENCES[first] = "^.[\128-\191][\128-\191]"
end
for first = 0xF0, 0xF4 do
  SEQUENCES[first] = "^.[\128-\191][\128-\191][\128-\191]"
end
SEQUENCES[0xE0] = "^.[\160-\191][\128-\191]"
SEQUENCES[0xED] = "^.[\128-\159][\128-\191]"
SEQUENCES[0xF0] = "^.[\144-\191][\128-\191][\128-\191]"
SEQUENCES[0xF4] = "^.[\128-\143][\128-\191][\128-\191]"

-- Where the first byte stands that belongs to no valid sequence, or nil.
function _M.find_invalid(text)
  local at = find(text, "[\128-\255]")
  while at do
    local sequence = SEQUENCES[byte(text, at)]
    local _, last
    if sequence then
      _, last = find(text, sequence, at)
    end
    if not last then
      return at
    end
    at = find(text, "[\128-\255]", last + 1)
  end
end

-- The bytes of one code point.
function _M.encode(code)
  if code < 0x80 then
    return char(code)
  elseif code < 0x800 then
    return char(0xC0 + floor(code / 0x40), 0x80 + code % 0x40)
  elseif code < 0x10000 then
    return char(0xE0 + floor(code / 0x1000), 0x80 + floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
  end
  return char(0xF0 + floor(code / 0x40000), 0x80 + floor(code / 0x1000) % 0x40, 0x80 + floor(code / 0x40) % 0x40,
    0x80 + code % 0x40)
end

return _M
