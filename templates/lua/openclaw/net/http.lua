-- A small HTTP/1.1 client on nginx's own sockets: one request a connection, no redirects, every size and time bounded.

local bounded_reader = require "openclaw.net.bounded_reader"
local clock = require "openclaw.core.clock"
local digest = require "openclaw.core.digest"
local dns = require "openclaw.net.dns"
local http_answer = require "openclaw.net.http_answer"

local ngx = ngx
local concat = table.concat
local find, match = string.find, string.match
local pairs, pcall, tostring = pairs, pcall, tostring

local _M = {}

local DEFAULT_PORTS = { http = 80, https = 443 }

-- The `Host` header; IPv6 addresses stand in brackets there and in connect() alike.
local function authority(options)
  if options.authority then
    return options.authority
  end
  local host = dns.literal(options.host) or options.host
  if not options.port or options.port == DEFAULT_PORTS[options.scheme] then
    return host
  end
  return host .. ":" .. options.port
end

-- A line break in any part would let its writer add headers, or a request, of its own.
local function compose(options)
  local body = options.body
  if not find(authority(options), "^[%w.:_%[%]-]+$") or not find(options.path, "^/[\33-\126]*$")
    or not find(options.method, "^%u+$") then
    return nil, "malformed request line"
  end
  local lines = {
    options.method .. " " .. options.path .. " HTTP/1.1",
    "Host: " .. authority(options),
    "User-Agent: openclaw",
    "Connection: close",
  }
  for name, value in pairs(options.headers or {}) do
    if not find(name, "^[%w-]+$") or find(value, "[%z\1-\31\127]") then
      return nil, "malformed header in the request"
    end
    lines[#lines + 1] = name .. ": " .. value
  end
  if body then
    lines[#lines + 1] = "Content-Length: " .. #body
  end
  lines[#lines + 1] = "\r\n"
  return concat(lines, "\r\n") .. (body or "")
end

-- No `false` for the session, although none is wanted: when the handshake is over at once, as happens on a busy
-- machine, a failed verification would pass as success (openresty/lua-resty-core pull request 532). With `nil`,
-- lua-resty-core before 0.1.32 raises an error in that case.
local function secure(socket, options)
  local name = options.server_name or match(options.host, "^%[?([^%]]+)")
  local called, session, reason = pcall(socket.sslhandshake, socket, nil, name, options.verify ~= false)
  if not called or not session then
    return nil, "TLS: " .. (called and reason or "certificate verification failed")
  end
  return true
end

local function exchange(socket, options, text)
  local timeout = options.timeout
  local deadline = clock.now() + timeout / 1000
  local function within_time(step, ...)
    local left = bounded_reader.time_left(deadline, timeout)
    if not left then
      return nil, "timeout"
    end
    socket:settimeout(left)
    return step(...)
  end

  local address = options.address or dns.literal(options.host) or options.host
  local ok, reason = within_time(socket.connect, socket, address, options.port)
  if ok and options.scheme == "https" then
    ok, reason = within_time(secure, socket, options)
  end
  if ok then
    ok, reason = within_time(socket.send, socket, text)
  end
  if not ok then
    return nil, reason
  end

  local answer = bounded_reader.new(socket, timeout, deadline)
  local head, body
  head, reason = http_answer.head(answer)
  if not head then
    return nil, reason
  elseif options.head_only then
    return { status = head.status, headers = head.headers }
  elseif head.status >= 300 and head.status < 400 then
    return nil, "redirected (status " .. head.status .. ")"
  elseif head.headers["content-encoding"] then
    return nil, "unknown content encoding"
  end
  body, reason = http_answer.body(answer, head, options.max_bytes)
  if not body then
    return nil, reason
  end
  return { status = head.status, headers = head.headers, body = body }
end

-- Sends a request and returns { status, headers by their lower-case names, body }, or nil and a reason that repeats
-- nothing of either. A redirect is a failure: what the request carries is for this server only.
-- options: scheme, host, port and path (with the query); method, headers, body; timeout in ms for all of it (but the
-- lookup of a name is bounded by nginx's `resolver_timeout`); max_bytes of the answer's body; verify (unless false)
-- and server_name of the certificate (by default the host). Also address, where to connect instead of the host (of a
-- unix socket too); authority, the `Host` to send; head_only, for any status and without the body.
function _M.request(options)
  local text, reason = compose(options)
  if not text then
    return nil, reason
  end
  local socket = ngx.socket.tcp()
  local answer
  answer, reason = exchange(socket, options, text)
  socket:close()
  return answer, reason
end

-- A hash of where such a request goes and whom it trusts, for names in caches that outlive a reload.
function _M.identity(options)
  return digest.sha256_hex(concat({
    options.scheme, options.host, options.port, options.path,
    options.server_name or "", tostring(options.verify ~= false),
  }, "\n"))
end

return _M
