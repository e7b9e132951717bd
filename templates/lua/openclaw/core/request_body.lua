-- The body of the current request, wherever nginx keeps it.

local base = require "resty.core.base"
local ffi = require "ffi"
local file = require "openclaw.core.file"
local received_body = require "openclaw.core.received_body"

local ngx = ngx
local C, copy, to_string = ffi.C, ffi.copy, ffi.string
local min = math.min
local pcall, tonumber = pcall, tonumber
local sub = string.sub

local _M = {}

-- What fits into client_body_buffer_size; more than that nginx keeps in a file.
local MAX_BYTES_IN_MEMORY = 1048576
local MAX_BYTES = 2147483647
local PIECE, LARGE = 65536, 65536

local address = ffi.new "char *[1]"
-- lua-resty-core declares it for `ngx.var`.
local has_variables = pcall(function()
  return C.ngx_http_lua_ffi_var_get
end)

-- The whole text, "" when there is none, or nil and `unreadable`. May wait for the client.
function _M.read()
  received_body.receive()
  local text = ngx.req.get_body_data()
  if text then
    return text
  end
  local path = ngx.req.get_body_file()
  if not path then
    return ""
  end
  text = file.read(path, MAX_BYTES)
  if not text then
    return nil, "unreadable"
  end
  return text
end

-- What bodies are looked at in: a string of this size costs more than everything else that is done with it.
local seen

-- The body as the client sent it where nginx has it, and its length; nil when that is a file, or no place. As `ngx.var`
-- of lua-resty-core, but for the string that it would make.
local function in_memory()
  if not has_variables then
    return nil
  end
  local request, name = base.get_request(), "request_body"
  local length = base.get_size_ptr()
  local found = C.ngx_http_lua_ffi_var_get(request, name, #name, base.get_string_buf(#name), 0, address, length,
    base.get_errmsg_ptr())
  if found == 0 and length[0] <= MAX_BYTES_IN_MEMORY then
    return address[0], tonumber(length[0])
  end
end

-- The bytes of a body that is in memory, with a zero byte behind them, and their number; nil when it is not, or not all
-- of it. Good until something waits or asks again. May wait for the client. Of a large body the third result is its
-- place for splice(), until somebody replaces it: whenever nginx is asked it may put a body together in a new one.
function _M.bytes()
  received_body.receive()
  local bytes, length = in_memory()
  if not bytes or length == 0 then
    return nil
  end
  seen = seen or ffi.new("uint8_t[?]", MAX_BYTES_IN_MEMORY + 1)
  copy(seen, bytes, length)
  seen[length] = 0
  return seen, length, length >= LARGE and { bytes = bytes, length = length } or nil
end

-- ngx.req.set_body_data() would free the body that it replaces, of which a mirror may still be sending a copy; what
-- these leave behind lives as long as the request. In pieces, as LuaJIT asks the kernel for each string that is larger.
local function append(bytes, from, to)
  for at = from, to - 1, PIECE do
    ngx.req.append_body(to_string(bytes + at, min(PIECE, to - at)))
  end
end

local function splice_memory(bytes, length, start, stop, replacement)
  ngx.req.init_body(length + #replacement + 1)
  append(bytes, 0, start - 1)
  ngx.req.append_body(replacement)
  append(bytes, stop, length)
  ngx.req.finish_body()
end

local function splice_text(text, start, stop, replacement, keeps_in_memory)
  ngx.req.init_body(keeps_in_memory and #text + #replacement + 1 or MAX_BYTES_IN_MEMORY)
  ngx.req.append_body(sub(text, 1, start - 1))
  ngx.req.append_body(replacement)
  ngx.req.append_body(sub(text, stop + 1))
  ngx.req.finish_body()
end

-- The body where nginx has it, with or without a place that is known.
local function found_in_memory(place)
  if place then
    return place.bytes, place.length
  end
  received_body.receive()
  return in_memory()
end

-- Replaces the bytes from `start` to `stop` of the current body, whose place bytes() may have told; false when it
-- cannot be read, or when a copy of it is being sent from a file, which would be closed. May be called again, with the
-- positions of then.
function _M.splice(start, stop, replacement, place)
  -- nil in a gateway that makes no copies, 1 once it has made one of this request.
  local mirrored = ngx.var.openclaw_mirrored
  if mirrored == "1" and ngx.req.get_body_file() then
    return false
  end
  local bytes, length = found_in_memory(place)
  if bytes then
    splice_memory(bytes, length, start, stop, replacement)
    return true
  end
  local text = _M.read()
  if not text then
    return false
  end
  -- A file would be closed by the next change.
  splice_text(text, start, stop, replacement, mirrored)
  return true
end

return _M
