-- Limits that nginx has not: for the first byte apart from the gaps after it, and for the whole answer. Where one is
-- over, the connection to the upstream is broken, and nginx does what it does when an upstream breaks it.

local clock = require "openclaw.core.clock"
local socket = require "openclaw.streams.upstream_socket"

local ngx = ngx
local huge, min = math.huge, math.min
local next, pairs, pcall = next, pairs, pcall

local _M = {}

local SWITCHING_PROTOCOLS = 101

-- Seconds between two looks at what is under way.
local TICK = 0.1
-- A timer's memory is given back at its end only.
local TICKS_A_TIMER = 600

-- By route: { first_byte?, idle?, total? }, seconds.
local limits = {}
-- By the address of the request. Every request leaves in its log phase: the memory is another's afterwards.
local live = {}
-- When the first of them is to be looked at.
local earliest = huge
local is_watching, is_forbidden = false, false
-- Answers whose connection was not found, until one was: an upstream may have reset it right after its answer.
local misses, MAX_MISSES = 0, 20

-- Takes `streams` of lua/gateway.lua, in init. What nginx's own limit (`read`) does already is left to it.
function _M.configure(data)
  for route, given in pairs(data.streams) do
    local limit = {
      first_byte = given.first_byte and given.first_byte < given.read and given.first_byte or nil,
      idle = given.idle and given.idle < given.read and given.idle or nil,
      total = given.total,
    }
    limits[route] = next(limit) and limit or nil
  end
end

local function give_up()
  if not is_forbidden then
    is_forbidden, live = true, {}
    ngx.log(ngx.ERR, "openclaw: this nginx does not allow to find the connections to its upstreams; `total` does not ",
      "hold, and of `first_byte` and `idle` only the larger one")
  end
end

local function expire(entry, request, kind, now)
  -- Between two attempts there is nothing to break, and no time left for the next; what an upstream has sent whole is
  -- left to a client who takes it slowly.
  if socket.shut(request) or kind == "total" and not entry.answer then
    entry.expired = kind
  end
  entry.seen, entry.due = nil, now + TICK
end

-- Before the header. Time counts from when the request was sent, as with nginx's own limit: its body may come slowly.
local function check_first_byte(entry, request, now)
  local limit = entry.limit.first_byte
  if not limit then
    entry.due = entry.ends
    return
  end
  local found, is_refused = socket.find(request)
  if is_refused then
    return give_up()
  elseif not found then
    entry.due = now + TICK
    return
  end
  entry.seen = entry.seen or now
  local silence = socket.silence(found) or now - entry.seen
  if silence >= limit then
    return expire(entry, request, "first_byte", now)
  end
  entry.due = now + limit - silence
end

-- How long the upstream has been silent. The kernel knows it better than the last chunk: nginx reads nothing while the
-- client is slow, hands nothing on while it collects an answer, and after a handshake never.
local function silence_of(answer, found, now)
  local sent, received = socket.silence(found)
  if answer.is_upgraded then
    return received and min(sent, received) or 0
  elseif socket.has_unread(found) then
    return 0
  end
  return min(now - answer.last, received or huge)
end

local function check_idle(entry, request, now)
  local limit, answer = entry.limit.idle, entry.answer
  if not limit then
    entry.due = entry.ends
    return
  end
  local silence = now - answer.last
  if silence >= limit then
    local found = socket.find(request)
    silence = found and silence_of(answer, found, now) or 0
  end
  if silence >= limit then
    return expire(entry, request, "idle", now)
  end
  entry.due = now + limit - silence
end

local function check(entry, request, now)
  if entry.answer and entry.answer.is_whole then
    live[request] = nil
  elseif now >= entry.ends then
    expire(entry, request, "total", now)
  elseif entry.answer then
    check_idle(entry, request, now)
  else
    check_first_byte(entry, request, now)
  end
  entry.due = min(entry.due, now < entry.ends and entry.ends or huge)
end

local function look(now)
  if now < earliest then
    return
  end
  earliest = huge
  for request, entry in pairs(live) do
    if now >= entry.due then
      check(entry, request, now)
    end
    earliest = min(earliest, entry.due)
  end
end

local function watch_for_a_while()
  for _ = 1, TICKS_A_TIMER do
    if not next(live) then
      return
    end
    ngx.sleep(TICK)
    look(clock.now())
  end
end

-- One timer that sleeps, and no chain of timers: a worker that finishes its last requests is refused new ones.
local function watch()
  local ok, reason = pcall(watch_for_a_while)
  if not ok then
    ngx.log(ngx.ERR, "openclaw: time limits were not looked at: ", reason)
  end
  is_watching = next(live) ~= nil and ngx.timer.at(0, watch) or false
end

-- Access phase of a route, or of each attempt of one: starts its limits; `total` runs on from the first attempt.
-- `state` is that of the attempts, if there are any; then its `deadline` is what expired() tells of.
function _M.begin(state, route)
  local limit = limits[route]
  if not limit or is_forbidden or ngx.is_subrequest then
    return
  end
  local now = clock.now()
  local entry = state and state.deadline
  if not entry then
    entry = { limit = limit, ends = limit.total and now + limit.total or huge }
    if state then
      state.deadline = entry
    end
  end
  entry.answer, entry.seen = nil, nil
  if entry.expired ~= "total" then
    entry.expired = nil
  end
  entry.due = min(limit.first_byte and now + TICK or huge, entry.ends)
  earliest = min(earliest, entry.due)
  live[socket.current()] = entry
  if not is_watching then
    is_watching = ngx.timer.at(0, watch) or false
  end
end

-- Looks whether connections are found here at all, once there must be one; returns false when they are not.
local function prove(request)
  local found, is_refused = socket.find(request)
  misses = not found and misses + 1 or nil
  if is_refused or misses == MAX_MISSES then
    give_up()
    return false
  end
  return true
end

-- Header filter, when an upstream answers: `answer` is { last, is_whole } which its owner updates.
function _M.arrived(answer)
  if not next(live) then
    return
  end
  local request = socket.current()
  local entry = live[request]
  if not entry then
    return
  end
  if misses and not prove(request) then
    return
  end
  entry.answer, answer.deadline, answer.is_upgraded = answer, entry, ngx.status == SWITCHING_PROTOCOLS
  if entry.expired ~= "total" then
    entry.expired = nil
  end
  entry.due = min(answer.last + (entry.limit.idle or huge), entry.ends)
  earliest = min(earliest, entry.due)
end

-- Which limit of this request is over, if one is: "first_byte", "idle" or "total".
function _M.expired()
  local entry = next(live) and live[socket.current()]
  return entry and (clock.now() >= entry.ends and "total" or entry.expired) or nil
end

-- Log phase, before anything that may fail: forgets the request.
function _M.finish()
  if next(live) and not ngx.is_subrequest then
    live[socket.current()] = nil
  end
end

return _M
