-- Which keys of upstreams do not work for a while: refused, not paid for, or over their limit. Shared by all workers;
-- keys are named by a part of their hash, so that a new key in the place of an old one is another one.
--
-- Almost every such answer can be brought about by what is asked for. So it counts for the caller who got it, and takes
-- the key from the others only when a second caller gets the same and nobody was served meanwhile.

local clock = require "openclaw.core.clock"
local turn = require "openclaw.core.turn"

local ngx = ngx
local find, format, match, sub = string.find, string.format, string.match, string.sub
local ipairs, min, tonumber = ipairs, math.min, tonumber

local _M = {}

-- Seconds: how long a key rests, at most; how long one caller's word waits for another's; and after how many one request
-- may look whether a key that was refused works again.
local REFUSED, LIMITED, LONGEST = 60, 5, 300
local WINDOW, TRIAL = 60, 5

-- What a provider says of the account itself: no second caller is needed.
local PAYMENT_REQUIRED = 402
local SECONDS = { [401] = REFUSED, [402] = REFUSED, [403] = REFUSED, [429] = LIMITED }

-- A rest ends early when a request is served, unless the provider has set its end.
local UNTIL_SERVED, UNTIL_FREE, UNTIL_TOLD_FREE = 0, 1, 2

-- So many places of each kind there are for a key, however many models, paths and callers there may be; src/lower sizes
-- the memory by them.
local MODELS, PLACES, CALLERS = 32, 32, 64

-- Is there when any key has had trouble: as long as none had, one look tells that all of them work.
local TROUBLE = "trouble"

-- When this worker has last seen that there was none, and said that there is no room.
local quiet_at, told_at

local function memory()
  return ngx.shared.openclaw_key_health
end

local function now()
  return clock.now()
end

-- Whether a status is about the key, not about the upstream or the request.
function _M.concerns(status)
  return SECONDS[status] ~= nil
end

-- The end of an entry: a number for itself, or where its text begins with one.
local function is_over(value, at)
  local until_when = tonumber(value) or tonumber(match(value, "^%S+"))
  return not until_when or until_when <= at
end

-- Keys that are no longer used leave entries behind. A dictionary's own end of an entry would go by the machine's clock,
-- which somebody may set.
local function sweep(shared)
  local at = now()
  for _, name in ipairs(shared:get_keys(0)) do
    local value = not find(name, " trial$") and shared:get(name)
    if value and is_over(value, at) then
      shared:delete(name)
      shared:delete(name .. " trial")
    end
  end
end

-- Never in the place of what counts: there is room for all, as long as the memory is as large as it was made for.
local function put(shared, name, value)
  local ok, reason = shared:safe_set(name, value)
  local is_told = told_at and now() - told_at < LONGEST
  if not ok and not is_told then
    sweep(shared)
    ok, reason = shared:safe_set(name, value)
  end
  if not ok and not is_told then
    told_at = now()
    ngx.log(ngx.ERR, "openclaw: the shared memory `openclaw_key_health` is full: ", reason,
      "; keys that fail are not left out")
  end
end

-- What an attempt asks for, as far as keys are judged by it: the caller, the model or nil, the place (method and path).
function _M.about(caller, model, place)
  local part = model and "model " .. ngx.crc32_short(model) % MODELS
  local whole_place = place .. "\n" .. (model or "")
  return {
    caller = ngx.md5(caller),
    model = model,
    key = { name = "key", subject = "all" },
    limit = part and { name = part, subject = ngx.md5(model) } or nil,
    place = { name = "place " .. ngx.crc32_short(whole_place) % PLACES, subject = ngx.md5(whole_place) },
  }
end

-- A provider may refuse one path, or limit one model, and serve the others.
local function part_of(about, status)
  return status == 403 and about.place or status == 429 and about.limit or about.key
end

local function name_of(upstream, id, part)
  return upstream .. " " .. id .. " " .. part.name
end

local function own_name(upstream, id, about, part)
  local subject = about.caller .. part.name .. part.subject
  return upstream .. " " .. id .. " caller " .. ngx.crc32_short(subject) % CALLERS, ngx.md5(subject)
end

-- A rest { until, since, kind } of that subject, or nil: it may be over, or another one in its place.
local function read(shared, name, subject)
  local value = shared:get(name)
  if value and sub(value, -#subject) == subject then
    local until_when, since, kind = match(value, "^(%S+) (%S+) (%d) ")
    until_when = tonumber(until_when)
    local remaining = until_when - now()
    if remaining > 0 and remaining <= LONGEST then
      return until_when, tonumber(since), tonumber(kind)
    end
  end
end

local function write(shared, name, rest)
  put(shared, name, format("%.3f %.3f %d %s", rest.at + rest.seconds, rest.at, rest.kind, rest.subject))
end

-- Whether another caller has said the same, and nobody was served since. Remembers the word of this one, until when it
-- counts.
local function is_confirmed(shared, name, subject, caller)
  local known = shared:get(name .. " said")
  local until_when, other = match(known or "", "^(%S+) (%S+) " .. subject .. "$")
  if other and other ~= caller and tonumber(until_when) > now() then
    return true
  end
  put(shared, name .. " said", format("%.3f %s %s", now() + WINDOW, caller, subject))
  return false
end

local function rest_for_all(shared, name, rest)
  local until_when, _, kind = read(shared, name, rest.subject)
  -- Of two ends the later one: a key that was refused may be over its limit besides.
  if until_when and until_when > rest.at + rest.seconds and kind >= rest.kind then
    return
  end
  write(shared, name, rest)
  -- Who fails again and again does not keep the others from looking.
  if not until_when then
    put(shared, name .. " trial", clock.milliseconds() + TRIAL * 1000)
  end
end

-- Takes note of an answer about a key. `seconds` is how long the provider asks to wait, or nil.
function _M.refused(upstream, id, about, status, seconds)
  local shared = memory()
  local rest = {
    at = now(),
    seconds = min(LONGEST, status == 429 and seconds or SECONDS[status]),
    kind = status ~= 429 and UNTIL_SERVED or seconds and UNTIL_TOLD_FREE or UNTIL_FREE,
  }
  if not shared or rest.seconds <= 0 then
    return
  end
  local part = part_of(about, status)
  local own, own_subject = own_name(upstream, id, about, part)
  rest.subject = own_subject
  write(shared, own, rest)
  local name = name_of(upstream, id, part)
  if is_confirmed(shared, name, part.subject, about.caller) or status == PAYMENT_REQUIRED then
    rest.subject = part.subject
    rest_for_all(shared, name, rest)
  end
  put(shared, TROUBLE, now() + LONGEST)
  quiet_at = nil
end

local function parts(about)
  return about.limit and { about.key, about.place, about.limit } or { about.key, about.place }
end

-- Takes note that an attempt was served which began at a moment: what was said before it no longer holds.
function _M.served(upstream, id, about, began)
  local shared = memory()
  for _, part in ipairs(shared and parts(about) or {}) do
    local name = name_of(upstream, id, part)
    local said = shared:get(name .. " said")
    if said and tonumber(match(said, "^%S+")) - WINDOW < began then
      shared:delete(name .. " said")
    end
    local _, since, kind = read(shared, name, part.subject)
    if kind == UNTIL_SERVED and since < began then
      shared:delete(name)
    end
  end
end

-- Whether any key may be out at all. That none is holds as long as nginx's clock stands still, about a millisecond.
function _M.has_trouble()
  local shared, at = memory(), now()
  if not shared or quiet_at == at then
    return false
  end
  local has_trouble = (shared:get(TROUBLE) or 0) > at
  quiet_at = not has_trouble and at or nil
  return has_trouble
end

-- Seconds until a key comes back for such an attempt, whether the provider said so, and whether this attempt may ask for
-- a trial; or nil when the key may be used.
function _M.out_for(upstream, id, about)
  local shared = memory()
  if not shared then
    return nil
  end
  local at, last, is_limited, may_try = now(), 0, false, true
  for _, part in ipairs(parts(about)) do
    local name = name_of(upstream, id, part)
    local own, own_subject = own_name(upstream, id, about, part)
    local until_when, _, kind = read(shared, name, part.subject)
    if until_when then
      may_try = may_try and kind == UNTIL_SERVED and not turn.is_taken(shared, name .. " trial")
    end
    local own_until, _, own_kind = read(shared, own, own_subject)
    if own_until then
      may_try = false
      if own_until > (until_when or 0) then
        until_when, kind = own_until, own_kind
      end
    end
    if until_when and until_when > last then
      last, is_limited = until_when, kind == UNTIL_TOLD_FREE
    end
  end
  if last > 0 then
    return last - at, is_limited, may_try
  end
end

-- Asks to be the one request of all workers that finds out whether a resting key works again.
function _M.try(upstream, id, about)
  local shared = memory()
  for _, part in ipairs(parts(about)) do
    local name = name_of(upstream, id, part)
    if read(shared, name, part.subject) and not turn.take(shared, name .. " trial", TRIAL) then
      return false
    end
  end
  return true
end

return _M
