-- Looks a host up as nginx does for `server`: by the C library, with /etc/hosts, while everything else waits.

local ffi = require "ffi"

local new, to_string = ffi.new, ffi.string
local find = string.find

local _M = {}

-- Linux, for glibc and musl alike (netdb.h).
ffi.cdef [[
typedef struct openclaw_addrinfo {
  int flags, family, kind, protocol;
  unsigned int length;
  void *address;
  char *name;
  struct openclaw_addrinfo *next;
} openclaw_addrinfo;
int getaddrinfo(const char *node, const char *service, const openclaw_addrinfo *hints, openclaw_addrinfo **found);
void freeaddrinfo(openclaw_addrinfo *found);
int getnameinfo(const void *address, unsigned int length, char *host, unsigned int host_length, char *service,
  unsigned int service_length, int flags);
const char *gai_strerror(int code);
]]

local C = ffi.C
local SOCK_STREAM, NI_NUMERICHOST = 1, 1
local MAX_TEXT = 64

-- The addresses of a host (IPv6 in brackets), or nil and the reason.
function _M.resolve(host)
  local hints, found = new("openclaw_addrinfo"), new("openclaw_addrinfo *[1]")
  hints.kind = SOCK_STREAM
  local code = C.getaddrinfo(host, nil, hints, found)
  if code ~= 0 then
    return nil, to_string(C.gai_strerror(code))
  end
  local text, addresses, item = new("char[?]", MAX_TEXT), {}, found[0]
  while item ~= nil do
    if C.getnameinfo(item.address, item.length, text, MAX_TEXT, nil, 0, NI_NUMERICHOST) == 0 then
      local address = to_string(text)
      addresses[#addresses + 1] = find(address, ":", 1, true) and "[" .. address .. "]" or address
    end
    item = item.next
  end
  C.freeaddrinfo(found[0])
  return addresses
end

return _M
