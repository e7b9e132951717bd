-- Which model a query string names, or a body that a server reads as a form.

local model_name = require "openclaw.model_name"

local ngx = ngx
local find, gmatch, match, sub = string.find, string.gmatch, string.match, string.sub

local _M = {}

local function read(text, argument_pattern)
  local found = {}
  for argument in gmatch(text, argument_pattern) do
    local raw_name = match(argument, "^[^=]*")
    local meaning = model_name.field_meaning(ngx.unescape_uri(raw_name))
    if meaning == model_name.DISGUISED then
      return nil, "model_in_other_case"
    elseif meaning == model_name.CHOICES then
      found.choices = true
    elseif meaning == model_name.STREAM then
      found.stream = sub(argument, #raw_name + 2) == "true" or nil
    elseif meaning == model_name.MODEL then
      if found.model then
        return nil, "duplicate_model"
      end
      found.model = ngx.unescape_uri(sub(argument, #raw_name + 2))
      if not model_name.is_valid(found.model) then
        return nil, "model_malformed"
      end
    end
  end
  return found
end

-- Reads `name=value` pairs: { model, stream, choices } as json_scan does; or nil and `duplicate_model`,
-- `model_in_other_case` or `model_malformed`.
function _M.read(text)
  local found, reason = read(text, "[^&]+")
  if not found or not find(text, ";", 1, true) then
    return found, reason
  end
  -- Some servers still take `;` for `&`.
  local other = read(text, "[^&;]+")
  if not other or other.model ~= found.model then
    return nil, "duplicate_model"
  end
  found.choices = found.choices or other.choices
  return found
end

-- Whether a text, read as a form, has a field that some server takes for `model`: one of JSON can have it, too.
function _M.names_model(text)
  if not find(text, "[&;]") then
    return false
  end
  local found = read(text, "[^&;]+")
  return not found or found.model ~= nil
end

return _M
