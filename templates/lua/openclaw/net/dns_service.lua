-- Looks up the SRV records of a service and the addresses of their targets (RFC 2782).

local dns = require "openclaw.net.dns"
local dns_record = require "openclaw.net.dns_record"

local concat = table.concat
local find = string.find
local ipairs, min = ipairs, math.min

local _M = {}

-- More than any service needs; each is a lookup of its own.
local MAX_TARGETS = 32

-- The name of the records, as nginx's `service=` makes it: `http` is `_http._tcp.<host>`.
function _M.name(service, host)
  if find(service, ".", 1, true) then
    return service .. "." .. host
  end
  return "_" .. service .. "._tcp." .. host
end

-- Nil and the reason unless it is known what the target's addresses are, even if that is none.
local function find_addresses(target, options)
  local addresses, ttl = dns.resolve(target, options)
  if not addresses and ttl ~= "no such host" and ttl ~= "no address" then
    return nil, target .. ": " .. ttl
  end
  return addresses or {}, addresses and ttl
end

-- A service's endpoints as `address:port priority weight` and for how many seconds they hold, or nil and the reason.
-- options: as for dns.resolve().
function _M.resolve(name, options)
  local services, ttl = dns.ask(name, dns_record.SRV, options)
  if not services then
    return nil, ttl
  end
  local found, lifetime = {}, dns.lifetime(ttl, options)
  for index = 1, min(#services, MAX_TARGETS) do
    local service = services[index]
    local addresses, holds = find_addresses(service.target, options)
    if not addresses then
      return nil, holds
    end
    lifetime = min(lifetime, holds or lifetime)
    for _, address in ipairs(addresses) do
      found[#found + 1] = concat { address, ":", service.port, " ", service.priority, " ", service.weight }
    end
  end
  if #found == 0 then
    return nil, "no target has an address"
  end
  return found, lifetime
end

return _M
