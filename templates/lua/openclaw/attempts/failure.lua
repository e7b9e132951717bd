-- What a client is told when no attempt has brought an answer that could be passed on.

local respond = require "openclaw.core.respond"
local retry_after = require "openclaw.credentials.retry_after"

local ngx = ngx

local _M = {}

local LIMITED, UNAVAILABLE, TIMEOUT = 429, 503, 504

local function refuse(status, code, message, seconds)
  if seconds then
    ngx.header.retry_after = retry_after.format(seconds)
  end
  return respond.error(status, status == LIMITED and "rate_limit_error" or "server_error", code, message)
end

-- Answers 429: the provider wants no request for so many seconds.
function _M.limited(seconds)
  return refuse(LIMITED, "upstream_rate_limited", "The upstream's rate limit is reached.", seconds)
end

-- Answers 503: what could serve the request has failed too often to be asked.
function _M.open(seconds)
  return refuse(UNAVAILABLE, "upstream_unavailable", "The upstream is not available at the moment.", seconds)
end

-- Answers with the last status that an upstream gave, else with how the last attempt ended. `answered` is
-- { status, retry_after? } or nil, `outcome` that of the last attempt or nil.
function _M.answer(answered, outcome)
  if answered and answered.status == LIMITED then
    return _M.limited(answered.retry_after)
  elseif answered then
    return refuse(answered.status, "upstream_error", "The upstream answered " .. answered.status .. ".",
      answered.retry_after)
  elseif outcome and outcome.status == TIMEOUT then
    return refuse(TIMEOUT, "upstream_timeout", "The upstream did not answer in time.")
  elseif outcome and outcome.code == "upstream_full" then
    return refuse(UNAVAILABLE, outcome.code, "All servers of the upstream have as many requests as they may.")
  end
  return refuse(502, "upstream_failed", "The upstream gave no answer.")
end

return _M
