-- The last event of a stream that broke, as the SDKs of OpenAI, Anthropic and Google take an error.

local respond = require "openclaw.core.respond"

local json_string = respond.json_string

local _M = {}

local WRITERS = {}

-- platform.openai.com/docs/guides/error-codes
function WRITERS.openai(_, code, message)
  return 'data: {"error":{"message":' .. json_string(message) .. ',"type":"server_error","param":null,"code":'
    .. json_string(code) .. "}}\n\n"
end

-- docs.anthropic.com/en/docs/build-with-claude/streaming#error-events
function WRITERS.anthropic(_, _, message)
  return 'event: error\ndata: {"type":"error","error":{"type":"api_error","message":' .. json_string(message)
    .. "}}\n\n"
end

-- cloud.google.com/apis/design/errors#handling_errors
function WRITERS.gemini(is_stalled, _, message)
  local code, status = is_stalled and 504 or 502, is_stalled and "DEADLINE_EXCEEDED" or "UNAVAILABLE"
  return 'data: {"error":{"code":' .. code .. ',"message":' .. json_string(message) .. ',"status":"' .. status
    .. '"}}\n\n'
end

local MESSAGES = {
  cut = "The upstream broke off this stream.",
  stalled = "The upstream sent nothing more of this stream in time.",
  total = "This stream took longer than the gateway allows.",
}

-- The event in the format of an API. `verdict` is "cut" or "stalled", and `expired` which limit was over, if one was.
function _M.event(api, verdict, expired)
  local write = WRITERS[api] or WRITERS.openai
  return write(verdict == "stalled", "stream_" .. verdict, expired == "total" and MESSAGES.total or MESSAGES[verdict])
end

return _M
