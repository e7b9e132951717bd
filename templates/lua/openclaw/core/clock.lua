-- Time that only ever passes: what nginx's own timers go by (CLOCK_MONOTONIC), the same for all workers of a machine.
-- Whoever sets the machine's clock moves neither this nor what is measured with it. Dates are told by openclaw.dates.

local ffi = require "ffi"

local floor = math.floor
local pcall, tonumber = pcall, tonumber

local _M = {}

ffi.cdef [[
extern volatile uintptr_t ngx_current_msec;
typedef struct { long seconds, nanoseconds; } openclaw_timespec;
int clock_gettime(int clock, openclaw_timespec *time);
]]

local C = ffi.C
local CLOCK_MONOTONIC = 1
local time = ffi.new "openclaw_timespec"

-- Milliseconds, as nginx has them since the events began that it is at; it costs nothing. On 32 bits they begin anew
-- after 49 days.
local function of_nginx()
  return tonumber(C.ngx_current_msec)
end

local function of_system()
  C.clock_gettime(CLOCK_MONOTONIC, time)
  return tonumber(time.seconds) * 1000 + floor(tonumber(time.nanoseconds) / 1e6)
end

-- Whole milliseconds since a moment that is the same for all processes.
_M.milliseconds = ffi.abi("64bit") and pcall(of_nginx) and of_nginx or of_system

-- Seconds, with milliseconds.
function _M.now()
  return _M.milliseconds() / 1000
end

return _M
