-- Base64url as JOSE writes it (RFC 7515 section 2): no padding, and exactly one text for each value.

local base64 = require "ngx.base64"

local _M = {}

-- The bytes, or nil when this is no text, or not how the bytes are written: padding, other letters or stray last bits.
function _M.decode(text)
  local bytes = base64.decode_base64url(text)
  return bytes and base64.encode_base64url(bytes) == text and bytes or nil
end

return _M
