-- The body of the current request, wherever nginx keeps it.

local bytes_of = require "openclaw.json_bytes"
local ffi = require "ffi"
local file = require "openclaw.file"

local ngx = ngx
local copy, to_string = ffi.copy, ffi.string
local pointer = bytes_of.pointer
local sub = string.sub

local _M = {}

-- What fits into client_body_buffer_size; more than that nginx keeps in a file.
local MAX_BYTES_IN_MEMORY = 1048576
local MAX_BYTES = 2147483647

-- The whole text, "" when there is none, or nil and `unreadable`. May wait for the client.
function _M.read()
  ngx.req.read_body()
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

-- What a body is put together in. Strings of this size cost a page fault for every 4 KB, so there are as few as possible.
local page

local function join(text, head, replacement, rest)
  page = page or ffi.new("uint8_t[?]", MAX_BYTES_IN_MEMORY)
  local bytes, size = pointer(text), head + #replacement + rest
  copy(page, bytes, head)
  copy(page + head, replacement, #replacement)
  copy(page + head + #replacement, bytes + #text - rest, rest)
  return to_string(page, size)
end

-- Replaces the bytes from `start` to `stop` of the current body, which is `text`. May be called again, with the text
-- that `read` then gives.
function _M.splice(start, stop, replacement, text)
  local head, rest = start - 1, #text - stop
  if head + #replacement + rest <= MAX_BYTES_IN_MEMORY then
    return ngx.req.set_body_data(join(text, head, replacement, rest))
  end
  ngx.req.init_body(MAX_BYTES_IN_MEMORY)
  ngx.req.append_body(sub(text, 1, head))
  ngx.req.append_body(replacement)
  ngx.req.append_body(sub(text, stop + 1))
  ngx.req.finish_body()
end

return _M
