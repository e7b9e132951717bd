-- Ties the runtime together: init() runs in the master, init_worker() in every worker.

local credential = require "openclaw.credentials.credential"
local heap = require "openclaw.core.heap"
local random = require "openclaw.core.random"
local received_body = require "openclaw.core.received_body"
local watch = require "openclaw.core.watch"

local require = require

local _M = {}

-- Only where the data has something for them.
local AUTH, UPSTREAM = "openclaw.callers.auth", "openclaw.upstreams.upstream"
local ROUTER, MODEL_TABLE = "openclaw.attempts.router", "openclaw.models.model_table"
local HANDSHAKES = "openclaw.models.handshakes"

local data

-- Takes the emitted data of lua/gateway.lua and reads credentials and key files while still root.
function _M.init(gateway)
  data = gateway
  credential.load(gateway.credentials)
  received_body.configure(gateway.body_timeout)
  if gateway.policies or gateway.key_maps then
    require(AUTH).configure(gateway)
  end
  if gateway.websockets then
    require(HANDSHAKES).configure(gateway.websockets)
  end
  if gateway.models then
    require(MODEL_TABLE).configure(gateway.models)
  end
  if gateway.routes then
    require(ROUTER).configure(gateway)
  end
  if gateway.streams then
    require(gateway.answers).configure(gateway.streams)
  end
  watch.load_all()
end

-- Starts to follow the DNS names of the upstreams and the files.
function _M.init_worker()
  -- Workers are copies of one process: without a seed of their own all would draw the same numbers.
  math.randomseed(random.uint16() * 65536 + random.uint16())
  if data.balancers then
    require(UPSTREAM).start(data.balancers, data.resolver)
  end
  watch.start()
  heap.configure()
end

return _M
