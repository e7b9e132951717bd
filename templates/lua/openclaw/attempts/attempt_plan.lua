-- Where the next attempt of a request goes, and whether another one may follow it.

local breaker = require "openclaw.attempts.breaker"
local clock = require "openclaw.core.clock"
local key_choice = require "openclaw.credentials.key_choice"
local key_health = require "openclaw.credentials.key_health"

local _M = {}

-- nginx ends a request with 500 at the eleventh change of its location (NGX_HTTP_MAX_URI_CHANGES). An attempt that
-- another may follow needs, besides a correction before it: the way to the next one, a correction, the failure page.
local MAX_CHANGES = 10
local AFTER_ATTEMPT, AFTER_FAILURE = 4, 2

-- A key of ours that does not work is not the client's fault, whatever `retry.on` says.
local OUR_FAULT = { [401] = true, [402] = true, [403] = true }

-- Of a target's upstream: whether it may be tried, for all that can be known without trying.
local function is_usable(state, target)
  return not breaker.remaining(target.upstream) and (key_choice.usable(state, target)) > 0
end

local function find_usable(state, from)
  for index = from, #state.targets do
    if is_usable(state, state.targets[index]) then
      return index
    end
  end
end

local function can_repeat(state, index)
  return breaker.servers(state.targets[index].upstream) > 1 and not (state.repeated and state.repeated[index])
end

-- Whether nothing may follow the attempt after the current one, `changes` of location from the start; has_more says
-- whether its own target could be tried again.
local function is_last(state, index, changes, has_more)
  local plan = state.plan
  return state.attempt + 1 >= plan.tries or changes + AFTER_ATTEMPT > MAX_CHANGES
    or clock.now() - state.started >= plan.within or not (has_more or find_usable(state, index + 1))
end

-- Takes the breaker's permission for a target.
local function choose(state, index)
  local target = state.targets[index]
  local admitted = breaker.admit(target.upstream)
  if not admitted then
    return nil
  end
  local has_more = can_repeat(state, index) or (key_choice.usable(state, target)) > 1
  return { index = index, trial = admitted == "trial", last = is_last(state, index, state.changes, has_more) }
end

local function choose_from(state, from)
  local index = find_usable(state, from)
  while index do
    local choice = choose(state, index)
    if choice then
      return choice
    end
    index = find_usable(state, index + 1)
  end
end

-- The first attempt { index, trial, last }. When there is none: nil, "limited" (the provider wants us to wait) or
-- "open", and the seconds until it is worth trying again.
function _M.first(state)
  local choice = choose_from(state, 1)
  if choice then
    return choice
  end
  local limited, open
  for index = 1, #state.targets do
    local target = state.targets[index]
    local remaining = breaker.remaining(target.upstream)
    local _, soonest, is_limited = key_choice.usable(state, target)
    if remaining then
      open = (not open or remaining < open) and remaining or open
    elseif is_limited then
      limited = (not limited or soonest < limited) and soonest or limited
    else
      choice = choose(state, index)
      if choice then
        return choice
      end
      open = 1
    end
  end
  return nil, limited and "limited" or "open", limited or open or 1
end

local function is_wanted(plan, outcome)
  if outcome.is_final then
    return false
  elseif outcome.kind == "status" then
    return OUR_FAULT[outcome.status] or plan.on[outcome.status]
  end
  return outcome.kind == "unavailable" or plan.on[outcome.kind]
end

-- The attempt after one at the target `index` that failed, or nil when there is none.
function _M.next(state, index, outcome)
  local plan = state.plan
  if not is_wanted(plan, outcome) or state.attempt >= plan.tries or state.changes + AFTER_FAILURE > MAX_CHANGES
    or clock.now() - state.started >= plan.within then
    return nil
  end
  local target = state.targets[index]
  if outcome.kind == "status" and key_health.concerns(outcome.status) then
    local choice = (key_choice.usable(state, target)) > 0 and outcome.had_key and choose(state, index)
    if choice then
      return choice
    end
  elseif can_repeat(state, index) and is_usable(state, target) then
    state.repeated = state.repeated or {}
    state.repeated[index] = true
    local choice = choose(state, index)
    if choice then
      return choice
    end
  end
  return choose_from(state, index + 1)
end

-- The most probable attempt { index, last } after the one at `index` that begins now; or nil. Providers' limits are
-- what requests fail of most.
function _M.predict(state, index)
  local keys = key_choice.usable(state, state.targets[index])
  local has_keys = keys > 1
  local following = not has_keys and find_usable(state, index + 1)
  local expected = following or (has_keys or can_repeat(state, index)) and index
  if not expected then
    return nil
  end
  if following then
    keys = key_choice.usable(state, state.targets[following])
  end
  local has_more = keys > (has_keys and 2 or 1) or can_repeat(state, expected) and (expected ~= index or has_keys)
  return { index = expected, last = is_last(state, expected, state.changes + 1, has_more) }
end

return _M
