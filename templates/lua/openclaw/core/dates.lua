-- What the date is, for what has a date: tokens and keys that expire. It never goes back: what has expired stays
-- expired when somebody sets the clock back. A reload believes the machine's clock again.

local clock = require "openclaw.core.clock"

local ngx = ngx
local floor, max = math.floor, math.max

local _M = {}

-- Seconds between clock and date from which on the log tells of it; less is what clocks are corrected by every day.
local NOTABLE = 30

-- In the master, at its start and at each reload: nginx takes both times at the same moment.
local begin = ngx.now() - clock.now()
local is_told = false

local function tell(seconds)
  is_told = seconds >= NOTABLE
  if is_told then
    ngx.log(ngx.ERR, "openclaw: the clock was set back by ", floor(seconds), " s; what has expired stays expired. ",
      "If the clock is right now, reload nginx")
  end
end

-- Seconds since 1970: those of the machine's clock, but no less than have passed since nginx was started or reloaded.
function _M.now()
  local date, least = ngx.now(), begin + clock.now()
  local behind = least - date
  if (behind >= NOTABLE) ~= is_told then
    tell(behind)
  end
  return floor(max(date, least))
end

return _M
