-- Ties the runtime together: init() runs in the master, init_worker() in every worker.

local heap = require "openclaw.core.heap"
local random = require "openclaw.core.random"
local watch = require "openclaw.core.watch"

local ipairs, require = ipairs, require

local _M = {}

local data

-- Takes the emitted data of lua/gateway.lua. Each module that it names among its `capabilities` takes its own part of it
-- by configure(data), if it has that function, and reads credentials and key files while still root.
function _M.init(gateway)
  data = gateway
  for _, name in ipairs(data.capabilities) do
    local configure = require(name).configure
    if configure then
      configure(data)
    end
  end
  watch.load_all()
end

-- Starts what a capability does all the time, by its init_worker(data), and follows the files.
function _M.init_worker()
  -- Workers are copies of one process: without a seed of their own all would draw the same numbers.
  math.randomseed(random.uint16() * 65536 + random.uint16())
  for _, name in ipairs(data.capabilities) do
    local init_worker = require(name).init_worker
    if init_worker then
      init_worker(data)
    end
  end
  watch.start()
  heap.configure()
end

return _M
