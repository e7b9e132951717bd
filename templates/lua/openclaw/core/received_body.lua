-- Waits for the whole body of the current request, but not for ever: nginx itself bounds only the pause between two pieces
-- (client_body_timeout), so that one byte now and then would hold a request for days.

local exit, sleep = ngx.exit, ngx.sleep
local read_body = ngx.req.read_body
local kill, spawn = ngx.thread.kill, ngx.thread.spawn

local _M = {}

local longest

-- Takes `body_timeout` of lua/gateway.lua, in seconds, in init.
function _M.configure(data)
  longest = data.body_timeout
end

-- What nginx does after a pause that is too long: 408 in the log, and the connection ends without an answer.
local function give_up()
  sleep(longest)
  exit(408)
end

-- Rewrite and access phase; may be called again.
function _M.receive()
  local watch = longest and spawn(give_up)
  read_body()
  if watch then
    kill(watch)
  end
end

return _M
