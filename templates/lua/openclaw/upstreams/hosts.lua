-- Follows host names in the background, per worker: their addresses are always at hand, a lookup never is in the way.

local clock = require "openclaw.core.clock"
local dns = require "openclaw.net.dns"
local dns_service = require "openclaw.net.dns_service"
local libc_addresses = require "openclaw.net.libc_addresses"
local semaphore = require "ngx.semaphore"
local state_memory = require "openclaw.core.state_memory"

local ngx = ngx
local concat, sort = table.concat, table.sort
local gmatch = string.gmatch
local ipairs, pairs, pcall = ipairs, pairs, pcall
local random = math.random

local _M = {}

-- Seconds. A failed lookup is repeated after 1 to 5; requests that need it sooner cause at most one a second.
local RETRY_MIN, RETRY_MAX = 1, 5
local MAX_WAIT = 10

local hosts = {}

local function has_elapsed(since, seconds)
  return clock.now() - since >= seconds
end

-- Servers rotate their answers: only a different set is a change.
local function use(host, addresses)
  sort(addresses)
  local key = concat(addresses, " ")
  if key ~= host.key then
    host.key, host.addresses = key, addresses
    ngx.log(ngx.INFO, "openclaw: ", host.name, " is at ", key)
    for _, changed in ipairs(host.listeners) do
      changed()
    end
  end
end

local function accept(host, addresses, ttl)
  if host.failing then
    ngx.log(ngx.NOTICE, "openclaw: ", host.name, " resolves again")
  end
  host.failing = nil
  -- Early, so that the new answer is there when the old one ends; spread, so that workers do not ask all at once.
  host.hold = ttl * (0.75 + 0.1 * random())
  use(host, addresses)
  state_memory.put("host " .. host.name, concat(addresses, "\n"))
end

-- What other workers found out, for one that is new while nobody can be asked.
local function recall(host)
  local known = ngx.shared.openclaw_state:get("host " .. host.name)
  if known then
    local addresses = {}
    for address in gmatch(known, "[^\n]+") do
      addresses[#addresses + 1] = address
    end
    use(host, addresses)
  end
end

local function reject(host, reason)
  if not host.addresses then
    recall(host)
  end
  if not host.failing then
    ngx.log(ngx.ERR, "openclaw: cannot resolve ", host.name, ": ", reason,
      host.addresses and "; keeping the addresses known so far" or "")
  end
  host.failing = reason
  host.hold = RETRY_MIN + (RETRY_MAX - RETRY_MIN) * random()
end

local function refresh(premature, host)
  if premature or host.busy then
    return
  end
  host.busy = true
  -- An error inside must not leave the host busy for ever.
  local ok, addresses, ttl = pcall(host.resolve, host.name, host.options)
  host.asked = clock.now()
  if ok and addresses then
    accept(host, addresses, ttl)
  else
    reject(host, ok and ttl or addresses)
  end
  host.busy = false
  local waiting = -host.semaphore:count()
  if waiting > 0 then
    host.semaphore:post(waiting)
  end
end

local function sweep(premature)
  if premature then
    return
  end
  for _, host in pairs(hosts) do
    if not host.busy and has_elapsed(host.asked, host.hold) then
      ngx.thread.spawn(refresh, false, host)
    end
  end
end

-- What needs no following: a literal address, and without DNS servers whatever the C library says now.
local function settle(host)
  local literal, reason = dns.literal(host.name), nil
  if literal then
    host.addresses = { literal }
  elseif not host.options then
    host.addresses, reason = libc_addresses.resolve(host.name)
  else
    return
  end
  host.asked, host.hold = clock.now(), math.huge
  if reason then
    reject(host, reason)
    host.hold = math.huge
  end
end

-- Follows a host name from now on, and calls back whenever its addresses change; or a `service` of it, whose SRV
-- records are found as `address:port priority weight`. Returns what to ask for it by.
function _M.follow(name, options, changed, service)
  name = service and dns_service.name(service, name) or name
  local host = hosts[name]
  if not host then
    host = { name = name, options = options, listeners = {}, asked = 0, hold = 0, semaphore = semaphore.new() }
    host.resolve = service and dns_service.resolve or dns.resolve
    settle(host)
    hosts[name] = host
  end
  host.listeners[#host.listeners + 1] = changed
  return name
end

-- Begins to follow, in init_worker. A repeating timer, since a chain of single ones ends for good when nginx once
-- refuses to add one (lua_max_pending_timers).
function _M.start()
  ngx.timer.at(0, sweep)
  local ok, reason = ngx.timer.every(1, sweep)
  if not ok then
    ngx.log(ngx.ERR, "openclaw: cannot follow DNS: ", reason)
  end
end

-- The addresses of a host as they are known now, or nil.
function _M.addresses(name)
  return hosts[name].addresses
end

-- Has a host looked up now, unless a lookup is under way or has just failed; says whether there is one to wait for.
function _M.wake(name)
  local host = hosts[name]
  if host.options and not host.busy and not (host.failing and not has_elapsed(host.asked, RETRY_MIN)) then
    return ngx.timer.at(0, refresh, host)
  end
  return host.busy
end

-- Waits until the lookup that is under way is over.
function _M.await(name)
  return hosts[name].semaphore:wait(MAX_WAIT)
end

return _M
