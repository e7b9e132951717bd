-- The values of Content-Type and Content-Disposition (RFC 9110 section 5.6.6, RFC 7578 section 4.2), read so strictly
-- that no server could read them otherwise.

local lower, match = string.lower, string.match

local _M = {}

-- No backslash: some servers take it for an escape and some, for the sake of old browsers, for itself.
local QUOTED = '^"([^"\\%z\1-\31\127]*)"()'
local TOKEN = "^([%w!#$&'+.^_`|~%%-]+)()"

-- The first word in small letters, and its parameters: { value, is_quoted } by their names in small letters. Nil when
-- the grammar is broken or a parameter is there twice.
function _M.parse(text)
  local kind, at = match(text, "^([%w/.+-]+)[ \t]*()")
  if not kind then
    return nil
  end
  local parameters = {}
  while at <= #text do
    local name, after = match(text, "^;[ \t]*([%w_*-]+)=()", at)
    if not name or parameters[lower(name)] then
      return nil
    end
    local value, stop = match(text, QUOTED, after)
    local is_quoted = value ~= nil
    if not value then
      value, stop = match(text, TOKEN, after)
    end
    if not value then
      return nil
    end
    parameters[lower(name)] = { value = value, is_quoted = is_quoted }
    at = match(text, "^[ \t]*()", stop)
  end
  return lower(kind), parameters
end

return _M
