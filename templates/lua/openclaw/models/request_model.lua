-- Which model a request asks for, exactly as its upstream will read it, and how to ask for another instead.

local content_type = require "openclaw.models.content_type"
local form = require "openclaw.models.form"
local json_scan = require "openclaw.models.json_scan"
local look_up = require "openclaw.models.look_up"
local model_name = require "openclaw.models.model_name"
local model_path = require "openclaw.models.model_path"
local multipart = require "openclaw.models.multipart"
local query = require "openclaw.core.query"
local refusals = require "openclaw.models.model_refusals"
local request_body = require "openclaw.core.request_body"
local request_headers = require "openclaw.core.request_headers"
local respond = require "openclaw.core.respond"

local ngx = ngx
local find, lower = string.find, string.lower

local _M = {}

-- What the current request would ask for with a path, as model_path.find() says.
function _M.find_in_path(path)
  local found, reason = model_path.find(path)
  -- `GET /v1/models/llama3:latest` asks about a model with a colon in its name.
  if found and found.has_verb and look_up.is_one() then
    return nil
  end
  return found, reason
end

-- The reason to refuse a request, or nil; so do all `read_…`.
local function read_path(request, path)
  local found, reason = _M.find_in_path(path)
  if found then
    request.model, request.source, request.stream = found.model, "path", found.stream
    request.path, request.in_path = path, found
  end
  return reason
end

-- The body is looked at where it is; only what is not JSON in memory becomes a string.
local function read_body_of(kind, boundary, bytes, length)
  if kind == "json" and bytes then
    return json_scan.scan_bytes(bytes, length)
  end
  local text, reason = request_body.read()
  if not text then
    return nil, reason
  elseif kind == "multipart" then
    return multipart.model(text, boundary)
  elseif kind == "form" and form.names_model(text) then
    return nil, "form_names_model"
  end
  return json_scan.scan(text)
end

-- Google's own clients write `models/name` into bodies for the `name` of the path.
local function take_body_model(request, model)
  local path = request.in_path
  if not path or model == path.model then
    request.model = model
  elseif model == path.collection .. "/" .. path.model then
    request.prefix = path.collection .. "/"
  else
    return "model_mismatch"
  end
end

local function read_body(request)
  local bytes, length, place = request_body.bytes()
  if not bytes and not ngx.req.get_body_file() and request_body.read() == "" then
    return nil
  end
  local kind_given, kinds, encoding, encodings = request_headers.of_body()
  if encodings or encoding and encoding ~= "" and lower(encoding) ~= "identity" then
    return "unsupported_encoding"
  elseif kinds then
    return "two_content_types"
  end
  local kind, boundary = content_type.read(kind_given)
  if not kind then
    return boundary
  end
  local found, reason = read_body_of(kind, boundary, bytes, length)
  if not found then
    return reason
  end
  request.has_body, request.choices, request.stream = true, found.choices, request.stream or found.stream
  request.is_json, request.fields = kind ~= "multipart", found.fields
  if found.model then
    request.start, request.stop, request.place = found.start, found.stop, place
    request.body_kind = kind == "multipart" and kind or "json"
    request.source = request.source or request.body_kind
    return take_body_model(request, found.model)
  end
end

local function read_query(request)
  local args = ngx.var.args
  if not args or not find(args, "%", 1, true) and not find(lower(args), "model", 1, true) then
    return nil
  end
  local model, reason = form.model(args)
  if model then
    if request.model and request.model ~= model then
      return "model_mismatch"
    end
    request.model, request.source, request.in_query = model, request.source or "query", true
  end
  return reason
end

-- Reads the current request, in the rewrite or access phase; `path` is its $uri. Returns
-- where source is `path`, `json`, `multipart` or `query`, stream is true when the body or the path asks for one,
-- read_at is that path, choices is true when the body names further models, has_body when there is one, is_json when it is JSON, fields are
-- the names of a form's, and start and stop are the positions of what names the model in it, if it does. Or nil, and
-- the status, code and message to refuse with.
function _M.read(path)
  local request = {
    model = nil,
    source = nil,
    read_at = path,
    stream = nil,
    choices = nil,
    has_body = nil,
    is_json = nil,
    fields = nil,
    start = nil,
    stop = nil,
    body_kind = nil,
    place = nil,
  }
  local reason = read_path(request, path) or read_body(request) or read_query(request)
  if reason then
    return nil, refusals.of(reason)
  end
  return request
end

local function write_body(request, name)
  local replacement = (request.prefix or "") .. name
  if request.body_kind == "json" then
    replacement = respond.json_string(replacement)
  end
  if not request_body.splice(request.start, request.stop, replacement, request.place) then
    return false
  end
  request.place = nil
  request.stop = request.start + #replacement - 1
  return true
end

-- Writes another model into every place that names one, and may be called again; request.model stays what the client
-- asked for. Returns true, or, when the path names it, the path to set instead of the one that was read; or nil, when
-- no place names a model or one cannot hold that name.
function _M.rename(request, name)
  local path = true
  if not request.model or not model_name.is_valid(name) then
    return nil
  elseif request.in_path then
    path = model_path.rename(request.path, request.in_path, name)
  end
  if not path or request.start and not write_body(request, name) then
    return nil
  elseif request.in_query then
    query.replace("model", name)
  end
  return path
end

return _M
