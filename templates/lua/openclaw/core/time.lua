-- Moments as RFC 3339 writes them in UTC, or dates alone, to and from seconds since 1970; no time zone of the machine.

local floor = math.floor
local format, match = string.format, string.match
local tonumber = tonumber

local _M = {}

local DAYS = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
local SECONDS_A_DAY = 86400
-- 400 Gregorian years, after which everything repeats; and the days from 1 March 0000 to 1970.
local DAYS_AN_ERA, DAYS_TO_1970 = 146097, 719468

local function days_of_month(year, month)
  local is_leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  return month == 2 and is_leap and 29 or DAYS[month]
end

-- Years are counted from March here, so that a leap day is the last day of its year.
local function days_since_1970(year, month, day)
  local shifted = (month + 9) % 12
  year = month <= 2 and year - 1 or year
  local era = floor(year / 400)
  local year_of_era = year - era * 400
  local day_of_year = floor((153 * shifted + 2) / 5) + day - 1
  return era * DAYS_AN_ERA + year_of_era * 365 + floor(year_of_era / 4) - floor(year_of_era / 100) + day_of_year
    - DAYS_TO_1970
end

local function date_of(days)
  days = days + DAYS_TO_1970
  local era = floor(days / DAYS_AN_ERA)
  local day_of_era = days - era * DAYS_AN_ERA
  local year_of_era = floor((day_of_era - floor(day_of_era / 1460) + floor(day_of_era / 36524)
    - floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era - (365 * year_of_era + floor(year_of_era / 4) - floor(year_of_era / 100))
  local shifted = floor((5 * day_of_year + 2) / 153)
  local month = (shifted + 2) % 12 + 1
  local year = year_of_era + era * 400
  return month <= 2 and year + 1 or year, month, day_of_year - floor((153 * shifted + 2) / 5) + 1
end

-- The seconds since 1970 of a date (its first second) or of a date and time in UTC, or nil when it is no real one.
function _M.parse(text)
  local year, month, day, rest = match(text, "^(%d%d%d%d)%-(%d%d)%-(%d%d)(.*)$")
  if not year then
    return nil
  end
  local hour, minute, second = 0, 0, 0
  if rest ~= "" then
    hour, minute, second = match(rest, "^T(%d%d):(%d%d):(%d%d)Z$")
    hour, minute, second = tonumber(hour), tonumber(minute), tonumber(second)
    if not hour or hour > 23 or minute > 59 or second > 59 then
      return nil
    end
  end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if month < 1 or month > 12 or day < 1 or day > days_of_month(year, month) then
    return nil
  end
  return days_since_1970(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second
end

-- Seconds since 1970 as RFC 3339 has them, in UTC; fractions are cut off.
function _M.format(epoch)
  local days = floor(epoch / SECONDS_A_DAY)
  local second = floor(epoch) - days * SECONDS_A_DAY
  local year, month, day = date_of(days)
  return format("%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, floor(second / 3600),
    floor(second / 60) % 60, second % 60)
end

return _M
