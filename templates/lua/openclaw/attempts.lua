-- The attempts of a request, of which each has a location: what the one before has told decides which one comes next.

local attempt_outcome = require "openclaw.attempt_outcome"
local attempt_plan = require "openclaw.attempt_plan"
local breaker = require "openclaw.breaker"
local failure = require "openclaw.failure"
local key_choice = require "openclaw.key_choice"
local key_health = require "openclaw.key_health"
local request_state = require "openclaw.request_state"
local target_model = require "openclaw.target_model"

local ngx = ngx

local _M = {}

local FAILED = "@openclaw_failed"
-- What says that an upstream does not work, and nothing about the request. 529 is Anthropic's "overloaded".
local BROKEN = { [500] = true, [502] = true, [503] = true, [504] = true, [529] = true }
local CLIENT_LEFT = 499

local function place_of(state, choice)
  return "@" .. state.route .. "." .. state.targets[choice.index].upstream .. (choice.last and ".last" or "")
end

local function move(state, choice)
  state.choice, state.place = choice, place_of(state, choice)
  state.changes = state.changes + 1
  return ngx.exec(state.place)
end

-- Tells the breaker and the key what an attempt has shown of them.
local function learn(state, attempt, outcome)
  local upstream, status = attempt.upstream, outcome.kind == "status" and outcome.status
  if status and not BROKEN[status] then
    breaker.succeeded(upstream, attempt.trial)
  else
    breaker.failed(upstream, attempt.trial)
  end
  if status and attempt.key and key_health.concerns(status) then
    outcome.had_key = true
    key_health.mark(upstream, attempt.key, attempt.model, status, outcome.retry_after)
    key_choice.spend(state, upstream, attempt.key, attempt.model)
  end
end

-- Ends the current attempt: returns how it went, or nil when it has reached no upstream.
local function settle(state)
  local attempt = state.current
  state.current = nil
  local deadline = state.deadline
  local outcome = attempt_outcome.read(attempt.mark, deadline)
  if not outcome then
    if attempt.trial then
      breaker.released(attempt.upstream)
    end
    return nil
  elseif deadline and deadline.expired == "first_byte" then
    deadline.expired = nil
  end
  if outcome.kind == "status" and outcome.status >= 400 then
    outcome.retry_after = key_health.parse_retry_after(ngx.var.upstream_http_retry_after)
  end
  if not attempt.is_learnt then
    learn(state, attempt, outcome)
  end
  return outcome
end

-- Keeps what may have to be answered in the end.
local function keep(state, outcome)
  state.outcome = outcome
  if outcome.kind == "status" and outcome.status ~= 401 and outcome.status ~= 402 and outcome.status ~= 403 then
    state.answered = outcome
  end
end

-- Forgets the current attempt, which has not been made; returns the next one, or nil.
local function replace(state)
  local index = state.current.index
  state.current = nil
  state.outcome = { kind = "unavailable", status = 502 }
  return attempt_plan.next(state, index, state.outcome)
end

local function begin(state, choice)
  local target = state.targets[choice.index]
  state.attempt = state.attempt + 1
  state.current = {
    index = choice.index,
    upstream = target.upstream,
    model = key_choice.model(state, target),
    begun = ngx.now(),
    last = choice.last,
    trial = choice.trial,
    mark = attempt_outcome.mark(),
  }
  if not target_model.apply(state, target) then
    ngx.log(ngx.ERR, "openclaw: this request cannot hold the name of its model at upstream ", target.upstream)
    local following = replace(state)
    if following then
      return move(state, following)
    end
    return ngx.exec(FAILED)
  end
  local expected = not choice.last and attempt_plan.predict(state, choice.index)
  state.place = expected and place_of(state, expected) or FAILED
  ngx.var.openclaw_next = state.place
end

-- Access phase of the location of an attempt: goes on here, or where the request should be instead. Returns the client,
-- the tier and the route, by which credentials are chosen.
function _M.enter()
  local state = request_state.get()
  local choice = state.choice
  state.choice = nil
  if not choice then
    state.changes = state.changes + 1
    local index = state.current.index
    local outcome = settle(state) or { kind = "unavailable", status = 502 }
    keep(state, outcome)
    choice = attempt_plan.next(state, index, outcome)
    if not choice then
      return ngx.exec(FAILED)
    elseif place_of(state, choice) ~= state.place then
      return move(state, choice)
    end
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

-- Access phase of an attempt that cannot be made, such as for want of an address: goes to the next one, and returns only
-- when there is none.
function _M.abandon()
  local state = request_state.get()
  local attempt = state and state.current
  if not attempt then
    return
  end
  breaker.failed(attempt.upstream, attempt.trial)
  local choice = replace(state)
  if choice then
    return move(state, choice)
  end
end

-- Header filter: the upstream's answer is there, and however long its body takes, others need not wait to know it.
function _M.header()
  local state = not ngx.is_subrequest and request_state.get()
  local attempt = state and state.current
  local outcome = attempt and not attempt.is_learnt and attempt_outcome.read(attempt.mark, state.deadline)
  if outcome and outcome.kind == "status" then
    outcome.retry_after = key_health.parse_retry_after(ngx.var.upstream_http_retry_after)
    attempt.is_learnt = true
    learn(state, attempt, outcome)
  end
end

-- Content phase, when no attempt is left: answers as honestly as it can.
function _M.answer_failure()
  local state = request_state.get()
  if state and state.current then
    local outcome = settle(state)
    if outcome then
      keep(state, outcome)
    end
  end
  return failure.answer(state and state.answered, state and state.outcome)
end

-- Log phase: what the attempt has shown whose answer was passed on. A client that left before it is nobody's failure.
function _M.finish()
  local state = not ngx.is_subrequest and request_state.get()
  local attempt = state and state.current
  if not attempt then
    return
  elseif ngx.status == CLIENT_LEFT and not attempt.is_learnt then
    local outcome = attempt_outcome.read(attempt.mark)
    if not outcome or outcome.kind ~= "status" then
      if attempt.trial then
        breaker.released(attempt.upstream)
      end
      return
    end
  end
  settle(state)
end

return _M
