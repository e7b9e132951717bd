-- Ties the runtime together: init() runs in the master, init_worker() in every worker.

local credential = require "openclaw.credential"
local upstream = require "openclaw.upstream"

local _M = {}

local data

-- Takes the emitted data of lua/gateway.lua and reads the credentials while still root.
function _M.init(gateway)
  data = gateway
  credential.load(gateway.credentials)
end

-- Starts to follow the DNS names of the upstreams; needed only when there are any.
function _M.init_worker()
  upstream.start(data.upstreams, data.resolver)
end

return _M
