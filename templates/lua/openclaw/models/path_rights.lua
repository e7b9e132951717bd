-- Whether the path that an upstream gets, which a route or an upstream may have made of the client's, makes another model
-- work than the request has asked for.

local model_rights = require "openclaw.models.model_rights"
local refusals = require "openclaw.models.model_refusals"
local request_model = require "openclaw.models.request_model"
local respond = require "openclaw.core.respond"

local byte = string.byte

local _M = {}

-- How many bytes at the start of a path do not come from the client's.
local function front_of(path, client_path)
  local front, other = #path, #client_path
  while front > 0 and other > 0 and byte(path, front) == byte(client_path, other) do
    front, other = front - 1, other - 1
  end
  return front
end

local function reason_against(identity, request, path, is_chosen)
  local found, reason = request_model.find_in_path(path)
  if not found or found.model == request.model or model_rights.allow(identity, found.model) then
    return reason
  elseif is_chosen and found.start <= front_of(path, request.read_at) then
    return nil
  end
  return "model_not_allowed"
end

-- Answers 400 or 403 when a restricted caller may not use the model of an upstream's path. Where the upstream was chosen by
-- the model that the request names, the spec itself may say in the path which model that is (is_chosen); what the client
-- has put into the path it has to be allowed to.
function _M.check(identity, request, path, is_chosen)
  if path == request.read_at then
    return
  end
  local reason = reason_against(identity, request, path, is_chosen)
  if reason then
    local status, code, message = refusals.of(reason)
    return respond.error(status, status == 403 and "permission_error" or "invalid_request_error", code, message)
  end
end

return _M
