-- The socket between nginx and the upstream of a request under way, which nginx shows to nobody. Its number is read
-- from nginx's own structures, and believed only when they point at each other and when the kernel says of it what
-- nginx says: connected, to the address of this upstream.

local base = require "resty.core.base"
local ffi = require "ffi"
local own_memory = require "openclaw.streams.own_memory"

local cast = ffi.cast
local tonumber = tonumber
local read = own_memory.read

local _M = {}

ffi.cdef [[
int shutdown(int socket, int how);
int getpeername(int socket, void *address, unsigned int *length);
int getsockopt(int socket, int level, int option, void *value, unsigned int *length);
intptr_t recv(int socket, void *buffer, size_t length, int flags);
]]

local C = ffi.C

-- The beginnings of ngx_http_request_t, ngx_http_upstream_t and ngx_connection_t in nginx 1.22 to 1.30 and OpenResty on
-- 64 bits. A build without NGX_HTTP_CACHE has no `cache`, and `upstream` in its place.
local request = ffi.new [[struct {
  uint32_t signature;
  uint32_t padding;
  void *others[7];
  void *cache;
  void *upstream;
}]]
local upstream = ffi.new [[struct {
  void *handlers[2];
  void *connection;
  void *address;
  uint32_t length;
  uint32_t padding;
}]]
local connection = ffi.new "struct { void *data; void *events[2]; int socket; }"
-- `HTTP`, NGX_HTTP_MODULE
local SIGNATURE = 0x50545448

-- `struct sockaddr_in` and `struct sockaddr_in6`.
local SOCKET_ADDRESS = "struct { uint16_t family; uint16_t port; uint32_t ipv4; uint8_t ipv6[16]; uint32_t scope; }"
local wanted, found = ffi.new(SOCKET_ADDRESS), ffi.new(SOCKET_ADDRESS)
local length = ffi.new "unsigned int[1]"
local AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
local SIZES = { [AF_UNIX] = 2, [AF_INET] = 8, [AF_INET6] = 24 }

local SHUT_RDWR = 2
local IPPROTO_TCP, TCP_INFO = 6, 11
-- `struct tcp_info` of linux/tcp.h: ms since the last data, in both directions.
local information = ffi.new "struct { uint8_t flags[8]; uint32_t others[9]; uint32_t sent, acked, received; }"
local MSG_PEEK_DONTWAIT = 0x42
local byte = ffi.new "uint8_t[1]"

-- How this nginx lays out its requests, once that is known.
local field

local function number_of(pointer)
  return tonumber(cast("uintptr_t", pointer))
end

-- Whether the kernel and nginx agree on where the socket leads. Of unix sockets only that they are: a path may be
-- written in many ways.
local function leads_to(address)
  local size = read(address, wanted, 2) and SIZES[wanted.family]
  if not size or not read(address, wanted, size) then
    return false
  end
  length[0] = ffi.sizeof(found)
  if C.getpeername(connection.socket, found, length) ~= 0 or found.family ~= wanted.family then
    return false
  elseif found.family == AF_UNIX then
    return true
  end
  return found.port == wanted.port
    and (found.family == AF_INET and found.ipv4 == wanted.ipv4
      or found.family == AF_INET6 and ffi.string(found.ipv6, 16) == ffi.string(wanted.ipv6, 16))
end

local function follow(name, address)
  return number_of(request[name]) ~= 0 and read(request[name], upstream)
    and number_of(upstream.connection) ~= 0 and read(upstream.connection, connection)
    and number_of(connection.data) == address and connection.socket >= 0
    and number_of(upstream.address) ~= 0 and leads_to(upstream.address)
end

-- The address of the request that runs now, a number that no other living request has.
function _M.current()
  return number_of(cast("void *", base.get_request()))
end

-- The socket of a request by its address; or nil, and whether the system forbids to look. Only for requests that have
-- not ended: to others belongs what now lies at their address.
function _M.find(address)
  local is_read = ffi.abi("64bit") and read(address, request)
  if not is_read then
    return nil, is_read == nil
  elseif request.signature ~= SIGNATURE then
    return nil, false
  elseif field then
    return follow(field, address) and connection.socket or nil, false
  end
  field = follow("upstream", address) and "upstream" or follow("cache", address) and "cache" or nil
  return field and connection.socket or nil, false
end

-- Breaks the connection of a request to its upstream, as if the upstream had; returns whether there was one.
function _M.shut(address)
  local socket = _M.find(address)
  return socket ~= nil and C.shutdown(socket, SHUT_RDWR) == 0
end

-- Seconds since data went out on a TCP socket, and since some came in; or nil.
function _M.silence(socket)
  length[0] = ffi.sizeof(information)
  if C.getsockopt(socket, IPPROTO_TCP, TCP_INFO, information, length) ~= 0 then
    return nil
  end
  return information.sent / 1000, information.received / 1000
end

-- Whether the upstream has sent what nginx has not read yet, since the client is slow to take it.
function _M.has_unread(socket)
  return C.recv(socket, byte, 1, MSG_PEEK_DONTWAIT) > 0
end

return _M
