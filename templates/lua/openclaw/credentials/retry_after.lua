-- When a provider wants to be asked again, by the headers of its answer.

local dates = require "openclaw.core.dates"
local time = require "openclaw.core.time"

local ngx = ngx
local ceil, max, min = math.ceil, math.max, math.min
local find, gmatch, gsub, match = string.find, string.gmatch, string.gsub, string.match
local tonumber = tonumber

local _M = {}

-- Seconds. Longer than minutes is nobody's limit of a minute any more: by then it is better to look again.
local LONGEST = 300
-- Seconds since 1970 are not taken for seconds to wait, nor milliseconds since then for seconds.
local FIRST_MOMENT, FIRST_MOMENT_MS = 1e9, 1e12

local UNITS = { ms = 0.001, s = 1, m = 60, h = 3600, d = 86400 }

-- Such as `1m26.4s` or `20ms` (OpenAI, Groq), a number of seconds, or a moment in seconds or milliseconds (OpenRouter).
local function parse_reset(value)
  local number = find(value, "^%d+%.?%d*$") and tonumber(value)
  if number and number >= FIRST_MOMENT_MS then
    return number / 1000 - dates.now()
  elseif number then
    return number >= FIRST_MOMENT and number - dates.now() or number
  end
  local moment = time.parse(gsub(value, "%.%d+Z$", "Z"))
  if moment then
    return moment - dates.now()
  elseif gsub(value, "%d+%.?%d*[a-z]+", "") ~= "" then
    return nil
  end
  local seconds
  for count, unit in gmatch(value, "(%d+%.?%d*)([a-z]+)") do
    if not UNITS[unit] or not tonumber(count) then
      return nil
    end
    seconds = (seconds or 0) + tonumber(count) * UNITS[unit]
  end
  return seconds
end

-- Retry-After (RFC 9110 section 10.2.3); some send fractions.
local function parse_retry_after(value)
  if find(value, "^%d+%.?%d*$") then
    return tonumber(value)
  end
  local moment = ngx.parse_http_time(value)
  return moment and moment - dates.now()
end

local function parse_milliseconds(value)
  local number = match(value, "^%d+%.?%d*$")
  return number and tonumber(number) / 1000
end

local TOO_MANY_REQUESTS = 429

-- Limits that providers tell besides: of each, what is left and when it is whole again.
local LIMITS = {
  { "upstream_http_x_ratelimit_remaining_requests", "upstream_http_x_ratelimit_reset_requests" },
  { "upstream_http_x_ratelimit_remaining_tokens", "upstream_http_x_ratelimit_reset_tokens" },
  { "upstream_http_x_ratelimit_remaining", "upstream_http_x_ratelimit_reset" },
  { "upstream_http_anthropic_ratelimit_requests_remaining", "upstream_http_anthropic_ratelimit_requests_reset" },
  { "upstream_http_anthropic_ratelimit_tokens_remaining", "upstream_http_anthropic_ratelimit_tokens_reset" },
  { "upstream_http_anthropic_ratelimit_input_tokens_remaining", "upstream_http_anthropic_ratelimit_input_tokens_reset" },
  { "upstream_http_anthropic_ratelimit_output_tokens_remaining", "upstream_http_anthropic_ratelimit_output_tokens_reset" },
}

-- The longest of those of which nothing is left: the others are not why.
local function of_limits(var)
  local longest
  for index = 1, #LIMITS do
    local remaining = var[LIMITS[index][1]]
    local reset = remaining and find(remaining, "^0+%.?0*$") and var[LIMITS[index][2]]
    local seconds = reset and parse_reset(reset)
    longest = seconds and max(seconds, longest or 0) or longest
  end
  return longest
end

-- Seconds that the answer of an upstream asks for, five minutes at most, or nil when it does not say.
function _M.read(status)
  local var = ngx.var
  local milliseconds, retry_after = var.upstream_http_retry_after_ms, var.upstream_http_retry_after
  local seconds = milliseconds and parse_milliseconds(milliseconds) or retry_after and parse_retry_after(retry_after)
    or status == TOO_MANY_REQUESTS and of_limits(var)
  return seconds and max(0, min(seconds, LONGEST)) or nil
end

-- Seconds as Retry-After has them: whole, and never none.
function _M.format(seconds)
  return max(1, ceil(seconds))
end

return _M
