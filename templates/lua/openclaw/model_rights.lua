-- Which models a caller may ask for.

local glob = require "openclaw.glob"
local respond = require "openclaw.respond"

local find = string.find
local ipairs = ipairs

local _M = {}

local function compile(list)
  local rights = { exact = {}, patterns = {} }
  for _, pattern in ipairs(list) do
    if find(pattern, "*", 1, true) then
      rights.patterns[#rights.patterns + 1] = glob.compile(pattern)
    else
      rights.exact[pattern] = true
    end
  end
  return rights
end

-- Whether an identity, or nil for anybody, may use a model. The patterns of an identity are prepared once.
function _M.allow(identity, model)
  if not identity or not identity.models then
    return true
  elseif identity.parts then
    return _M.allow(identity.parts[1], model) and _M.allow(identity.parts[2], model)
  end
  local rights = identity.model_rights
  if not rights then
    rights = compile(identity.models)
    identity.model_rights = rights
  end
  if rights.exact[model] then
    return true
  end
  for index = 1, #rights.patterns do
    if glob.matches(rights.patterns[index], model) then
      return true
    end
  end
  return false
end

-- Answers 400 or 403 when the caller may not make this request; `is_needed` says that it must name a model whoever
-- asks. A request without a body and without a model, such as for a list of files, uses none.
function _M.check(identity, request, is_needed)
  local is_restricted = identity and identity.models
  if request.choices and (is_needed or is_restricted) then
    return respond.error(400, "invalid_request_error", "models_not_supported",
      "Only one model can be named here: `model`, without `models` and `fallbacks`.")
  elseif not request.model then
    if is_needed or is_restricted and request.has_body then
      return respond.error(400, "invalid_request_error", "model_required", "This request has to name a model.")
    end
  elseif not _M.allow(identity, request.model) then
    return respond.error(403, "permission_error", "model_not_allowed",
      "This credential may not be used for the model that was asked for.")
  end
end

return _M
