-- The truth about the end of an answer. nginx logs one that broke off as any other, with its status and as complete.

local clock = require "openclaw.core.clock"
local deadlines = require "openclaw.streams.deadlines"
local stream_error = require "openclaw.streams.stream_error"

local ngx = ngx
local byte, find, lower, sub = string.byte, string.find, string.lower, string.sub
local next, type = next, type

local _M = {}

-- Seconds. nginx lets a timer be that is less than 0.3 s off (NGX_TIMER_LAZY_DELAY).
local DEFAULT_READ, EARLY = 300, 0.35
local DASH = byte("-")
local BODYLESS = { [204] = true, [304] = true }

local routes = {}

-- Takes `streams` of lua/gateway.lua, in init. A route that is not there has nginx's limit of 300 s between two reads.
function _M.configure(data)
  routes = data.streams
  deadlines.configure(data)
end

-- Whether an upstream is answering; its time is set when nginx is done with it, for good or ill.
local function is_answering()
  local times = ngx.var.upstream_response_time
  return times and byte(times, -1) == DASH
end

-- Events only where they reach the client as such: nothing is added to what is counted or compressed.
local function takes_events()
  local headers = ngx.header
  local kind = headers.content_type
  return type(kind) == "string" and find(lower(kind), "^text/event%-stream%s*;?") ~= nil
    and headers.content_encoding == nil and headers.content_length == nil
end

-- Header filter.
function _M.header()
  if ngx.is_subrequest or not is_answering() then
    return
  end
  local now = clock.now()
  local given = next(routes) and routes[ngx.var.openclaw_route]
  local answer = {
    last = now,
    before = now,
    is_whole = false,
    read = given and given.read or DEFAULT_READ,
    tail = nil,
    deadline = nil,
  }
  if given and given.event and takes_events() then
    answer.tail = ""
  end
  ngx.ctx.openclaw_answer = answer
  deadlines.arrived(answer)
end

local function is_expired(answer)
  return answer.deadline ~= nil and answer.deadline.expired ~= nil
end

local function verdict_of(answer)
  if is_expired(answer) or answer.last - answer.before >= answer.read - EARLY then
    return "stalled"
  end
  return "cut"
end

-- An event needs an empty line before it, and clients of Google's take no second one.
local function separator(tail)
  return (tail == "" or find(tail, "\n\n$") or find(tail, "\n\r\n$") or find(tail, "\r\r$")) and "" or "\n\n"
end

-- nginx passes an empty chunk on to push the header out, and another one when the upstream failed.
local function note_chunk(answer)
  local chunk = ngx.arg[1]
  if chunk ~= "" then
    answer.tail = #chunk > 2 and sub(chunk, -3) or sub(answer.tail .. chunk, -3)
  elseif not is_answering() then
    local expired = answer.deadline and answer.deadline.expired
    ngx.arg[1] = separator(answer.tail) .. stream_error.event(ngx.var.openclaw_api, verdict_of(answer), expired)
    answer.tail = nil
  end
end

-- Body filter, for every chunk. nginx has to get what it returns: an answer that lasts until its upstream closes would
-- look whole when a limit broke the connection.
function _M.body()
  local answer = ngx.ctx.openclaw_answer
  if not answer then
    return
  end
  if ngx.arg[2] then
    answer.is_whole = not is_expired(answer)
    return answer.is_whole and ngx.OK or ngx.ERROR
  end
  answer.before, answer.last = answer.last, clock.now()
  if answer.tail then
    note_chunk(answer)
  end
end

-- Whether an answer ends with its header.
local function has_no_body()
  return BODYLESS[ngx.status] or ngx.req.get_method() == "HEAD"
end

-- nginx calls a request complete when it had nothing more to send: not when the client left.
local function outcome()
  local answer = ngx.ctx.openclaw_answer
  if not answer then
    return ngx.status == 499 and "client_gone" or ""
  elseif ngx.var.request_completion ~= "OK" and not is_expired(answer) then
    return "client_gone"
  end
  return (answer.is_whole or has_no_body()) and "complete" or verdict_of(answer)
end

-- Log phase: sets $openclaw_stream.
function _M.finish()
  ngx.var.openclaw_stream = outcome()
end

return _M
