-- A DNS stub client on nginx's own sockets: UDP first, TCP when the answer is truncated.

local clock = require "openclaw.core.clock"
local message = require "openclaw.net.dns_message"
local random = require "openclaw.core.random"

local ngx = ngx
local byte, char, find, match, sub = string.byte, string.char, string.find, string.match, string.sub
local floor, max, min = math.floor, math.max, math.min
local ipairs, tonumber = ipairs, tonumber

local _M = {}

local DNS_PORT = 53
-- Each server is asked twice, in turn: one lost packet is not an outage.
local ROUNDS = 2
local MAX_UDP = 4096
-- Bounds on what a record may ask for: never busier than once a second, never blind for over an hour.
local MIN_TTL, MAX_TTL = 1, 3600

local function endpoint(address)
  local host, port = match(address, "^(%[.+%]):(%d+)$")
  if not host then
    host, port = match(address, "^([^:%[%]]+):(%d+)$")
  end
  if not host then
    host = (find(address, ":", 1, true) and sub(address, 1, 1) ~= "[") and "[" .. address .. "]" or address
  end
  return host, tonumber(port) or DNS_PORT
end

-- Datagrams that do not answer this question are somebody else's guess: read on until the time is over.
local function ask_udp(host, port, query, id, name, kind, timeout)
  local socket = ngx.socket.udp()
  local ok, reason = socket:setpeername(host, port)
  if not ok then
    return nil, reason
  end
  ok, reason = socket:send(query)
  local deadline = clock.now() + timeout
  local answer
  while ok do
    local left = deadline - clock.now()
    if left <= 0 then
      reason = "timeout"
      break
    end
    socket:settimeout(max(1, floor(left * 1000)))
    answer, reason = socket:receive(MAX_UDP)
    if not answer or message.is_answer(answer, id, name, kind) then
      break
    end
    answer = nil
    ngx.update_time()
  end
  socket:close()
  return answer, reason
end

local function exchange_tcp(socket, query)
  local ok, reason = socket:send(char(floor(#query / 256), #query % 256) .. query)
  if not ok then
    return nil, reason
  end
  local prefix
  prefix, reason = socket:receive(2)
  if not prefix then
    return nil, reason
  end
  local high, low = byte(prefix, 1, 2)
  return socket:receive(high * 256 + low)
end

local function ask_tcp(host, port, query, id, name, kind, timeout)
  local socket = ngx.socket.tcp()
  socket:settimeout(timeout * 1000)
  local ok, reason = socket:connect(host, port)
  if not ok then
    return nil, reason
  end
  local answer
  answer, reason = exchange_tcp(socket, query)
  socket:close()
  if answer and (not message.is_answer(answer, id, name, kind) or message.is_truncated(answer)) then
    return nil, "malformed answer"
  end
  return answer, reason
end

local function ask(address, name, kind, timeout)
  local host, port = endpoint(address)
  local id = random.uint16()
  local query, reason = message.question(id, name, kind)
  if not query then
    return nil, reason, true
  end
  local answer
  answer, reason = ask_udp(host, port, query, id, name, kind, timeout)
  if answer and message.is_truncated(answer) then
    answer, reason = ask_tcp(host, port, query, id, name, kind, timeout)
  end
  if not answer then
    return nil, reason, false
  end
  return message.records(answer, name, kind)
end

-- The records of this kind that a host name has, and their TTL; or nil, the reason, and whether that is final.
function _M.ask(name, kind, options)
  local reason = "no resolver is configured"
  for _ = 1, ROUNDS do
    for _, address in ipairs(options.addresses) do
      local found, detail, final = ask(address, name, kind, options.timeout)
      if found or final then
        return found, detail, final
      end
      reason = address .. ": " .. detail
    end
  end
  return nil, reason, false
end

-- An IP address as nginx's peer functions want it (IPv6 in brackets), or nil for a host name.
function _M.literal(host)
  if find(host, ":", 1, true) then
    return sub(host, 1, 1) == "[" and host or "[" .. host .. "]"
  end
  return match(host, "^%d+%.%d+%.%d+%.%d+$")
end

-- For how many seconds an answer with this TTL holds.
function _M.lifetime(ttl, options)
  return options.valid or max(MIN_TTL, min(MAX_TTL, ttl))
end

-- Looks a host up: its addresses (IPv6 in brackets) and for how many seconds they hold, or nil and the reason.
-- options: addresses of the DNS servers, timeout in seconds for each question, ipv6, valid (overrides the TTL).
function _M.resolve(host, options)
  local literal = _M.literal(host)
  if literal then
    return { literal }, MAX_TTL
  end
  local name = match(host, "^(.-)%.?$")
  local found, ttl, final = _M.ask(name, message.A, options)
  -- Servers that are silent about one kind are not asked for the other.
  if options.ipv6 and (found or final) then
    local more, more_ttl = _M.ask(name, message.AAAA, options)
    if not found then
      found, ttl = more, more and more_ttl or ttl
    elseif more then
      for _, address in ipairs(more) do
        found[#found + 1] = address
      end
      ttl = min(ttl, more_ttl)
    end
  end
  if not found then
    return nil, ttl
  end
  return found, _M.lifetime(ttl, options)
end

return _M
