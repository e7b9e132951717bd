-- PEM (RFC 7468).

local find, gsub, sub = string.find, string.gsub, string.sub
local ngx = ngx

local _M = {}

local BEGIN = "%-%-%-%-%-BEGIN ([%u%d ]+)%-%-%-%-%-"
local END = "%-%-%-%-%-END ([%u%d ]+)%-%-%-%-%-"

-- The label and the bytes of the only block of a text; or nil and why, in words that repeat nothing of it.
function _M.decode(text)
  local _, start, label = find(text, BEGIN)
  if not start then
    return nil, "is not PEM"
  end
  local stop, last, close = find(text, END, start + 1)
  if close ~= label then
    return nil, "is broken PEM"
  elseif find(text, BEGIN, last + 1) then
    return nil, "holds more than one PEM block"
  end
  local bytes = ngx.decode_base64((gsub(sub(text, start + 1, stop - 1), "%s+", "")))
  if not bytes then
    return nil, "is broken PEM"
  end
  return label, bytes
end

return _M
