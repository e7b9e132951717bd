-- Gives a request the model name of the upstream that it goes to, and takes from it what was meant for another one.

local model_path = require "openclaw.model_path"
local request_model = require "openclaw.request_model"

local ngx = ngx

local _M = {}

-- The path was made anew from the client's when nginx came into this location.
local function rename_in_path(name)
  local path = ngx.var.uri
  local found = model_path.find(path)
  if found and found.model ~= name then
    ngx.req.set_uri(model_path.rename(path, found, name), false, true)
  end
end

-- An attempt before may have put its upstream's key into the query.
local function restore_arguments(state)
  if ngx.var.args ~= state.args then
    ngx.req.set_uri_args(state.args or "")
  end
end

-- Access phase of an attempt, before anything else changes the request.
function _M.apply(state, target)
  local request = state.request
  local is_first = state.attempt == 1
  if not is_first then
    restore_arguments(state)
  end
  local name = request and request.model and (target.model or request.model)
  if not name then
    return
  elseif request.source == "path" then
    rename_in_path(name)
  elseif name ~= (state.sent_model or request.model) or request.source == "query" and name ~= request.model then
    request_model.rename(request, name)
    state.sent_model = name
  end
end

return _M
