-- Files as the watcher needs them: whether one has changed, for the price of one system call, and its whole text.

local digest = require "openclaw.core.digest"
local ffi = require "ffi"

local ngx = ngx
local errno, to_string = ffi.errno, ffi.string
local floor = math.floor
local open = io.open
local concat = table.concat
local pcall = pcall

local _M = {}

ffi.cdef [[
int statx(int directory, const char *path, int flags, unsigned int mask, void *buffer);
char *strerror(int number);
]]

local C = ffi.C
-- `struct statx` of linux/stat.h, which is the same on every architecture. ctime is compared too: it tells of a changed
-- mode, and of a tool that wrote and then put the old mtime back.
local status = ffi.new [[struct {
  uint8_t until_mode[28];
  uint16_t mode;
  uint16_t padding;
  uint8_t inode_and_size[16];
  uint8_t until_ctime[48];
  uint8_t ctime_and_mtime[32];
  uint8_t others[128];
}]]
local AT_FDCWD = -100
local STATX_BASIC_STATS = 0x7ff
local FILE_TYPE, REGULAR, FOLDER = 0x1000, 8, 4
local EPERM, EACCES, ENOSYS = 1, 13, 38

local CHUNK = 65536

-- glibc has it since 2.28.
local has_statx = pcall(function()
  return C.statx
end)

local function unreadable(number)
  local who = number == EACCES and ngx.get_phase() ~= "init" and " by the worker" or ""
  return "cannot be read" .. who .. ": " .. to_string(C.strerror(number))
end

-- Opening a pipe would block until somebody writes to it.
local function check_type(mode)
  local kind = floor(mode / FILE_TYPE)
  if kind ~= REGULAR then
    return kind == FOLDER and "is a folder" or "is not a regular file"
  end
end

-- Returns the whole text of a file, or nil, the reason, and errno when the system refused, which may pass by itself.
function _M.read(path, max_bytes)
  local file, _, number = open(path, "rb")
  if not file then
    return nil, unreadable(number), number
  end
  local parts, size = {}, 0
  local part, reason
  repeat
    part, reason, number = file:read(CHUNK)
    parts[#parts + 1] = part
    size = size + #(part or "")
  until not part or size > max_bytes
  file:close()
  if reason then
    return nil, unreadable(number), number
  elseif size > max_bytes then
    return nil, "is larger than " .. max_bytes .. " bytes"
  elseif size == 0 then
    return nil, "is empty"
  end
  return concat(parts)
end

-- Returns a string that differs after every change of the file, and why the file cannot be read, if it cannot.
-- Symbolic links are followed. Where the kernel or its filter knows no statx, the text itself is compared.
function _M.signature(path, max_bytes)
  if has_statx then
    if C.statx(AT_FDCWD, path, 0, STATX_BASIC_STATS, status) == 0 then
      return to_string(status.inode_and_size, 16) .. to_string(status.ctime_and_mtime, 32), check_type(status.mode)
    end
    local number = errno()
    if number ~= ENOSYS and number ~= EPERM then
      return "error " .. number, unreadable(number)
    end
    has_statx = false
  end
  local text, reason = _M.read(path, max_bytes)
  return text and digest.sha256(text) or reason, reason
end

-- Whether this process may read the file: true, or false and the reason.
function _M.is_readable(path)
  local file, _, number = open(path, "rb")
  if not file then
    return false, unreadable(number)
  end
  file:close()
  return true
end

return _M
