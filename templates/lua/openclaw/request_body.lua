-- The body of the current request, wherever nginx keeps it.

local file = require "openclaw.file"

local ngx = ngx
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

-- Replaces the bytes from `start` to `stop` of the current body, which is `text`. May be called again, with the text
-- that `read` then gives.
function _M.splice(start, stop, replacement, text)
  local before, after = sub(text, 1, start - 1), sub(text, stop + 1)
  if #before + #replacement + #after <= MAX_BYTES_IN_MEMORY then
    return ngx.req.set_body_data(before .. replacement .. after)
  end
  ngx.req.init_body(MAX_BYTES_IN_MEMORY)
  ngx.req.append_body(before)
  ngx.req.append_body(replacement)
  ngx.req.append_body(after)
  ngx.req.finish_body()
end

return _M
