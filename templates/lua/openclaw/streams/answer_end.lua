-- How an answer ended, where nothing else of it has to be known. nginx logs one that broke off as complete; the `map`
-- of $openclaw_completion makes a word for the log of what is left here.

local clock = require "openclaw.core.clock"

local ngx = ngx

local _M = {}

-- Seconds. nginx lets a timer be that is less than 0.3 s off (NGX_TIMER_LAZY_DELAY).
local DEFAULT_READ, EARLY = 300, 0.35

local routes = {}

-- Takes `streams` of lua/gateway.lua, in init. A route that is not there has nginx's limit of 300 s between two reads.
function _M.configure(data)
  routes = data.streams
end

-- Body filter, for every chunk: the last one makes the answer complete. When the upstream fails there is a call too,
-- and it is the first after a silence as long as the limit if that was why.
function _M.body()
  if ngx.is_subrequest then
    return
  elseif ngx.arg[2] then
    ngx.var.openclaw_stream = "complete"
    return
  end
  local ctx, now = ngx.ctx, clock.now()
  local last = ctx.openclaw_last
  if last and now - last >= EARLY then
    local given = routes[ngx.var.openclaw_route]
    if now - last >= (given and given.read or DEFAULT_READ) - EARLY then
      ngx.var.openclaw_stream = "stalled"
    end
  end
  ctx.openclaw_last = now
end

return _M
