-- Which model a query string names, or a body that a server reads as a form.

local model_name = require "openclaw.models.model_name"

local ngx = ngx
local find, gmatch, lower, match, sub = string.find, string.gmatch, string.lower, string.match, string.sub

local _M = {}

-- Its name begins as that of a model does, or with an escape, or as `__proto__`.
local FIELD_LIKE_MODEL = "[&;]([%s+]*[mM%%_][^=&;]*)"
-- Each costs a microsecond or two, and a body can have millions of them.
local MAX_LOOKED_AT = 1000

local function read(text, argument_pattern)
  local model
  for argument in gmatch(text, argument_pattern) do
    local name = match(argument, "^[^=]*")
    local meaning = model_name.field_meaning(ngx.unescape_uri(name))
    if meaning == model_name.DISGUISED then
      return nil, "model_in_other_case"
    elseif meaning == model_name.MODEL then
      if model then
        return nil, "duplicate_model"
      end
      model = ngx.unescape_uri(sub(argument, #name + 2))
      if not model_name.is_valid(model) then
        return nil, "model_malformed"
      end
    end
  end
  return model
end

-- The value of `model`, or nil when there is none; nil and `duplicate_model`, `model_in_other_case` or
-- `model_malformed` when servers could differ.
function _M.model(text)
  local model, reason = read(text, "[^&]+")
  if reason or not find(text, ";", 1, true) then
    return model, reason
  end
  -- Some servers still take `;` for `&`.
  local other
  other, reason = read(text, "[^&;]+")
  if reason or other ~= model then
    return nil, reason or "duplicate_model"
  end
  return model
end

-- Whether a query string, or nil, has one of the fields that a set names, in whatever case and however it is escaped.
function _M.has_field(text, names)
  for argument in gmatch(text or "", "[^&;]+") do
    if names[lower(ngx.unescape_uri(ngx.unescape_uri(match(argument, "^[^=]*"))))] then
      return true
    end
  end
  return false
end

-- Whether a text of JSON, read as a form, has a field that some server takes for `model`, or too many that look so.
function _M.names_model(text)
  local at = 1
  for _ = 1, MAX_LOOKED_AT do
    local _, last, name = find(text, FIELD_LIKE_MODEL, at)
    if not last then
      return false
    elseif model_name.field_meaning(ngx.unescape_uri(name)) then
      return true
    end
    at = last + 1
  end
  return true
end

return _M
