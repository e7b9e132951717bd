-- Which models a caller may ask for.

local glob = require "openclaw.core.glob"
local inner_keys = require "openclaw.models.inner_keys"
local inner_models = require "openclaw.models.inner_models"
local refusals = require "openclaw.models.model_refusals"
local request_body = require "openclaw.core.request_body"
local respond = require "openclaw.core.respond"

local find, sub = string.find, string.sub
local ipairs = ipairs

local _M = {}

local GOOGLE_PREFIX = "models/"

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

-- The same for a name that Google's clients may have written `models/name`.
local function allow_name(identity, name, is_google)
  return _M.allow(identity, name) or is_google and sub(name, 1, #GOOGLE_PREFIX) == GOOGLE_PREFIX
    and _M.allow(identity, sub(name, #GOOGLE_PREFIX + 1))
end

local function scan_body(request)
  local bytes, length, place = request_body.bytes()
  if bytes then
    request.place = place
    return inner_models.scan_bytes(bytes, length)
  end
  local text, reason = request_body.read()
  if not text then
    return nil, reason
  end
  return inner_models.scan(text)
end

-- The reason to refuse what the body names besides its model, or nil and whether each request of a batch names its own.
local function check_inside(identity, request, is_google)
  for _, name in ipairs(request.fields or {}) do
    if inner_keys.is_field_hiding(name) then
      return "hidden_model"
    end
  end
  if not request.is_json then
    return nil, false
  end
  local found, reason = scan_body(request)
  if not found then
    return reason
  end
  for _, name in ipairs(found.names) do
    if not allow_name(identity, name, is_google) then
      return "model_not_allowed"
    end
  end
  return nil, found.requests > 0 and found.named_requests == found.requests
end

-- Why a restricted caller may not make this request, or nil.
local function reason_against(identity, request, work)
  if work.is_none then
    return nil
  end
  local is_google = work.meaning == "google_names" or request.in_path and request.in_path.has_verb
  if request.model and not allow_name(identity, request.model, is_google) then
    return "model_not_allowed"
  elseif work.is_look_up and not request.has_body and not work.handshake then
    return nil
  elseif work.meaning == "hidden" then
    return "hidden_model"
  end
  local reason, is_batch = check_inside(identity, request, is_google)
  if reason then
    return reason
  elseif work.meaning == "each_request" then
    return not is_batch and "model_not_named" or nil
  elseif not request.model then
    return "model_not_named"
  end
  return work.handshake == "free" and "hidden_model" or nil
end

-- Answers 400 or 403 when the caller may not make this request; `is_needed` says that it must name a model whoever
-- asks. `work` is what work.of() says, for an identity that has `models`.
function _M.check(identity, request, is_needed, work)
  if request.choices and (is_needed or work) then
    return respond.error(400, "invalid_request_error", "models_not_supported",
      "Only one model can be named here: `model`, without `models` and `fallbacks`.")
  elseif is_needed and not request.model and not (work and work.handshake) then
    return respond.error(400, "invalid_request_error", "model_required", "This request has to name a model.")
  end
  local reason = work and reason_against(identity, request, work)
  if reason then
    local status, code, message = refusals.of(reason)
    return respond.error(status, status == 403 and "permission_error" or "invalid_request_error", code, message)
  end
end

return _M
