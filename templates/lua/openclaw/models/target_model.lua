-- Gives a request the model name of the upstream that it goes to, and takes from it what was meant for another one.

local model_path = require "openclaw.models.model_path"
local path_rights = require "openclaw.models.path_rights"
local request_model = require "openclaw.models.request_model"

local ngx = ngx

local _M = {}

-- nginx has made the path of this location anew, from the client's.
local function rename_in_path(name)
  local path = ngx.var.uri
  local found = model_path.find(path)
  local renamed = found and model_path.rename(path, found, name)
  if renamed then
    ngx.req.set_uri(renamed, false, true)
  end
  return renamed
end

-- An attempt before may have put its upstream's key into the query, and another name of the model.
local function restore_arguments()
  local var = ngx.var
  if var.args ~= var.openclaw_args then
    ngx.req.set_uri_args(var.openclaw_args or "")
  end
end

-- Access phase of an attempt, before anything else changes the request; may answer 403. Returns nil when the request has no
-- place for such a name.
function _M.apply(state, target)
  local request = state.request
  local is_repeated = state.attempt > 1
  if is_repeated then
    restore_arguments()
  end
  local name = target.model or state.model
  if not request then
    return true
  end
  local identity = state.identity
  if identity and identity.models then
    path_rights.check(identity, request, ngx.var.uri, state.by_model or target.model ~= nil)
  end
  if not state.model then
    return true
  end
  local is_sent = name == (state.sent_model or state.model)
    and not (is_repeated and request.in_query and name ~= state.model)
  if not is_sent and not request_model.rename(request, name) then
    return nil
  elseif request.in_path and name ~= state.model and not rename_in_path(name) then
    return nil
  end
  state.sent_model = name
  return true
end

return _M
