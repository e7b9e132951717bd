-- Answers that the gateway gives itself, in the error formats that the SDKs of OpenAI, Anthropic and Google understand.

local ngx = ngx
local byte = string.byte
local format = string.format
local gsub = string.gsub
local tostring = tostring

local _M = {}

local SHORT_ESCAPES = {
  ['"'] = '\\"',
  ["\\"] = "\\\\",
  ["\b"] = "\\b",
  ["\f"] = "\\f",
  ["\n"] = "\\n",
  ["\r"] = "\\r",
  ["\t"] = "\\t",
}

local function escape(char)
  return SHORT_ESCAPES[char] or format("\\u%04x", byte(char))
end

-- Writes a Lua value as a JSON string (RFC 8259 section 7), or as null when it is nil.
function _M.json_string(value)
  if value == nil then
    return "null"
  end
  return '"' .. gsub(tostring(value), '[%z\1-\31"\\\127]', escape) .. '"'
end

-- docs.anthropic.com/en/api/errors
local ANTHROPIC_TYPES = {
  [401] = "authentication_error",
  [403] = "permission_error",
  [404] = "not_found_error",
  [413] = "request_too_large",
  [429] = "rate_limit_error",
  [503] = "overloaded_error",
  [504] = "timeout_error",
  [529] = "overloaded_error",
}

-- cloud.google.com/apis/design/errors#handling_errors
local GOOGLE_STATUSES = {
  [401] = "UNAUTHENTICATED",
  [403] = "PERMISSION_DENIED",
  [404] = "NOT_FOUND",
  [429] = "RESOURCE_EXHAUSTED",
  [500] = "INTERNAL",
  [502] = "UNAVAILABLE",
  [503] = "UNAVAILABLE",
  [504] = "DEADLINE_EXCEEDED",
  [529] = "UNAVAILABLE",
}

local WRITERS = {}

-- platform.openai.com/docs/guides/error-codes
function WRITERS.openai(_, kind, code, message)
  local json_string = _M.json_string
  return '{"error":{"message":' .. json_string(message) .. ',"type":' .. json_string(kind)
    .. ',"param":null,"code":' .. json_string(code) .. "}}\n"
end

function WRITERS.anthropic(status, _, _, message)
  local kind = ANTHROPIC_TYPES[status] or status < 500 and "invalid_request_error" or "api_error"
  return '{"type":"error","error":{"type":' .. _M.json_string(kind)
    .. ',"message":' .. _M.json_string(message) .. "}}\n"
end

function WRITERS.gemini(status, _, _, message)
  return '{"error":{"code":' .. status .. ',"message":' .. _M.json_string(message)
    .. ',"status":' .. _M.json_string(GOOGLE_STATUSES[status] or "INVALID_ARGUMENT") .. "}}\n"
end

-- Ends the request with this status and a JSON error body, in the format of the API that the route speaks.
-- The body is sent before ngx.exit: an `error_page` for the status would otherwise swallow the answer.
function _M.error(status, kind, code, message)
  local body = (WRITERS[ngx.var.openclaw_api] or WRITERS.openai)(status, kind, code, message)
  ngx.status = status
  ngx.header.content_type = "application/json"
  ngx.header.content_length = #body
  ngx.print(body)
  return ngx.exit(status)
end

return _M
