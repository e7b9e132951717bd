-- The attempts of a request, of which each has a location: what the one before has told decides which one comes next.

local attempt_end = require "openclaw.attempts.attempt_end"
local attempt_outcome = require "openclaw.attempts.attempt_outcome"
local attempt_plan = require "openclaw.attempts.attempt_plan"
local failure = require "openclaw.attempts.failure"
local key_choice = require "openclaw.credentials.key_choice"
local request_state = require "openclaw.core.request_state"
local target_model = require "openclaw.models.target_model"

local ngx = ngx

local _M = {}

local FAILED = "@openclaw_failed"
-- What a client would take for the verdict on its own key.
local ABOUT_OUR_KEY = { [401] = true, [402] = true, [403] = true }

local function place_of(state, choice)
  return "@" .. state.route .. "." .. state.targets[choice.index].upstream .. (choice.last and ".last" or "")
end

local function move(state, choice)
  state.choice, state.place = choice, place_of(state, choice)
  state.changes = state.changes + 1
  return ngx.exec(state.place)
end

-- How an attempt ended that was given up here; whoever did so may have left the reason.
local function unreached(state)
  local code = state.unreached
  state.unreached = nil
  return { kind = "unavailable", status = 502, code = code }
end

-- Keeps what may have to be answered in the end.
local function keep(state, outcome)
  state.outcome = outcome
  if outcome.kind == "status" and not ABOUT_OUR_KEY[outcome.status] then
    state.answered = outcome
  end
end

-- Goes where the request should be after an attempt at the target `index`, which had this outcome; returns the next one
-- when that is here.
local function follow(state, index, outcome)
  keep(state, outcome)
  local choice = attempt_plan.next(state, index, outcome)
  if not choice then
    return ngx.exec(FAILED)
  elseif place_of(state, choice) ~= state.place then
    return move(state, choice)
  end
  return choice
end

local function begin(state, choice)
  local target = state.targets[choice.index]
  state.attempt = state.attempt + 1
  state.current = {
    index = choice.index,
    upstream = target.upstream,
    model = key_choice.model(state, target),
    last = choice.last,
    trial = choice.trial,
    mark = attempt_outcome.mark(),
    key = nil,
    began = nil,
    is_learnt = nil,
  }
  if not target_model.apply(state, target) then
    ngx.log(ngx.ERR, "openclaw: this request cannot hold the name of its model at upstream ", target.upstream)
    attempt_end.settle(state)
    state.place = nil
    return follow(state, choice.index, unreached(state))
  end
  local expected = not choice.last and attempt_plan.predict(state, choice.index)
  state.place = expected and place_of(state, expected) or FAILED
  ngx.var.openclaw_next = state.place
end

-- Access phase of the location of an attempt: goes on here, or where the request should be instead. Returns the client,
-- the tier and the route, by which credentials are chosen.
function _M.enter()
  local state = request_state.get()
  local choice, attempt = state.choice, state.current
  state.choice = nil
  if not choice then
    if not attempt then
      return failure.answer()
    end
    state.changes = state.changes + 1
    choice = follow(state, attempt.index, attempt_end.settle(state) or unreached(state))
  end
  begin(state, choice)
  return state.client, state.tier, state.route
end

-- Access phase, after router.start has set `targets` and `plan`: goes to the first attempt, or answers 429 or 503.
function _M.start(state)
  local choice, reason, seconds = attempt_plan.first(state)
  if choice then
    return move(state, choice)
  end
  return failure[reason](seconds)
end

-- Header filter: the upstream's answer is there, and however long its body takes, others need not wait to know it.
function _M.header()
  local state = not ngx.is_subrequest and request_state.get()
  if state and state.current then
    attempt_end.note_answer(state)
  end
end

-- Content phase, when no attempt is left: answers as honestly as it can.
function _M.answer_failure()
  local state = request_state.get()
  if state and state.current then
    keep(state, attempt_end.settle(state) or unreached(state))
  end
  return failure.answer(state and state.answered, state and state.outcome)
end

-- Log phase: what the attempt has shown whose answer was passed on.
function _M.finish()
  local state = not ngx.is_subrequest and request_state.get()
  if state and state.current then
    attempt_end.settle(state)
  end
end

return _M
