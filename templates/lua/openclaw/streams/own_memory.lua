-- Reads the memory of this process through the kernel: an address that is not there is an error here, and no crash.

local ffi = require "ffi"

local ngx = ngx
local cast, errno, sizeof = ffi.cast, ffi.errno, ffi.sizeof
local pcall = pcall

local _M = {}

ffi.cdef [[
typedef struct { void *base; size_t size; } openclaw_span;
intptr_t process_vm_readv(int process, const openclaw_span *to, unsigned long to_count, const openclaw_span *from,
  unsigned long from_count, unsigned long flags);
]]

local C = ffi.C
local to, from = ffi.new("openclaw_span[1]"), ffi.new("openclaw_span[1]")
local EFAULT = 14

local is_known = pcall(function()
  return C.process_vm_readv
end)

-- Fills `target`, a C value, or its first `size` bytes with what lies at an address; returns false where nothing lies
-- there, and nil when the system does not let anybody look: no Linux, or a filter of system calls.
function _M.read(address, target, size)
  if not is_known then
    return nil
  end
  size = size or sizeof(target)
  to[0].base, to[0].size = target, size
  from[0].base, from[0].size = cast("void *", cast("uintptr_t", address)), size
  local count = C.process_vm_readv(ngx.worker.pid(), to, 1, from, 1, 0)
  if count == size then
    return true
  elseif count >= 0 or errno() == EFAULT then
    return false
  end
  return nil
end

return _M
