-- What the end of an attempt shows of its upstream and its key, told to all later requests.

local attempt_outcome = require "openclaw.attempts.attempt_outcome"
local breaker = require "openclaw.attempts.breaker"
local key_choice = require "openclaw.credentials.key_choice"
local key_health = require "openclaw.credentials.key_health"
local retry_after = require "openclaw.credentials.retry_after"

local ngx = ngx

local _M = {}

-- What says that an upstream does not work, and nothing about the request. 529 is Anthropic's "overloaded".
local BROKEN = { [500] = true, [502] = true, [503] = true, [504] = true, [529] = true }
local CLIENT_LEFT = 499
-- The code that `openclaw.upstreams.upstream` leaves when it found no address.
local UNRESOLVED = "upstream_unresolved"

local function learn(state, attempt, outcome)
  local upstream, status = attempt.upstream, outcome.kind == "status" and outcome.status
  attempt.is_learnt = true
  if status and not BROKEN[status] then
    breaker.succeeded(upstream, attempt.trial)
  else
    breaker.failed(upstream, attempt.trial)
  end
  if status and status >= 400 then
    outcome.retry_after = retry_after.read(status)
  end
  if not status or not attempt.key then
    return
  elseif key_health.concerns(status) then
    outcome.had_key = true
    key_choice.refused(state, attempt, status, outcome.retry_after)
  elseif status < 400 then
    key_choice.served(state, attempt)
  end
end

-- To wait for a name that nobody answers takes as long as to wait for a server.
local function learn_unreached(state, attempt)
  if state.unreached == UNRESOLVED then
    breaker.failed(attempt.upstream, attempt.trial)
  elseif attempt.trial then
    breaker.released(attempt.upstream)
  end
end

-- Ends the current attempt and returns its outcome, or nil when it has reached no upstream. A client that left before
-- the answer is nobody's failure.
function _M.settle(state)
  local attempt, deadline = state.current, state.deadline
  state.current = nil
  local outcome = attempt_outcome.read(attempt.mark, deadline)
  if outcome and outcome.kind ~= "status" and ngx.status == CLIENT_LEFT then
    outcome = nil
  end
  if not outcome then
    learn_unreached(state, attempt)
    return nil
  elseif deadline and deadline.expired == "first_byte" then
    deadline.expired = nil
  end
  if not attempt.is_learnt then
    learn(state, attempt, outcome)
  end
  return outcome
end

-- Takes note of an answer as soon as its header is there.
function _M.note_answer(state)
  local attempt = state.current
  local outcome = not attempt.is_learnt and attempt_outcome.read(attempt.mark)
  if outcome and outcome.kind == "status" then
    learn(state, attempt, outcome)
  end
end

return _M
