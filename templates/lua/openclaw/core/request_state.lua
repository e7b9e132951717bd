-- What is known of a request while it moves from location to location: nginx empties ngx.ctx each time, $openclaw_plan
-- stays.

local clock = require "openclaw.core.clock"

local ngx = ngx
local format = string.format
local setmetatable = setmetatable

local _M = {}

-- Weak: the ngx.ctx of every location that a request has been in lives until the request ends, and holds its state; so
-- none can outlive its request.
local states = setmetatable({}, { __mode = "v" })
-- Ids are used again: a table that always gets new keys is made anew all the time.
local free, last_id = {}, 0

local function take_id()
  local count = #free
  if count > 0 then
    local id = free[count]
    free[count] = nil
    return id
  end
  last_id = last_id + 1
  return format("%d", last_id)
end

-- Begins the state of this request: a table that everything may put fields into. What most requests get has its place
-- from the start: a table that grows is made anew each time.
function _M.new()
  local id = take_id()
  local state = {
    id = id,
    started = clock.now(),
    attempt = 0,
    changes = 1,
    route = nil,
    client = nil,
    tier = nil,
    identity = nil,
    targets = nil,
    plan = nil,
    request = nil,
    model = nil,
    sent_model = nil,
    by_model = nil,
    choice = nil,
    place = nil,
    current = nil,
    caller = nil,
    about = nil,
  }
  states[id] = state
  ngx.ctx.openclaw_state = state
  ngx.var.openclaw_plan = id
  return state
end

-- The state of this request, or nil when it has none.
function _M.get()
  local ctx = ngx.ctx
  local state = ctx.openclaw_state
  if state == nil then
    local id = ngx.var.openclaw_plan
    state = id and states[id] or false
    ctx.openclaw_state = state
  end
  return state or nil
end

-- Log phase, after everything that asks for it. A mirrored copy of a request shares its variables, not its end.
function _M.drop()
  local state = not ngx.is_subrequest and _M.get()
  if state then
    states[state.id] = nil
    free[#free + 1] = state.id
    ngx.ctx.openclaw_state = false
  end
end

return _M
