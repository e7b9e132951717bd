-- Answers that the gateway gives itself, in the error shape that OpenAI clients understand.

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

-- Ends the request with this status and a JSON error body.
-- The body is sent before ngx.exit: an `error_page` for the status would otherwise swallow the answer.
function _M.error(status, kind, code, message)
  local json_string = _M.json_string
  local body = '{"error":{"message":' .. json_string(message) .. ',"type":' .. json_string(kind)
    .. ',"param":null,"code":' .. json_string(code) .. "}}\n"
  ngx.status = status
  ngx.header.content_type = "application/json"
  ngx.header.content_length = #body
  ngx.print(body)
  return ngx.exit(status)
end

return _M
