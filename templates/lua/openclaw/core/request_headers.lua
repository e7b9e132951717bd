-- The header lines of the current request, each as often as it was sent: ngx.var hides a second line before nginx 1.23,
-- and ngx.req.get_headers() makes strings of all lines for the sake of two.

local base = require "resty.core.base"
local ffi = require "ffi"

local ngx = ngx
local C, cast, to_string = ffi.C, ffi.cast, ffi.string
local gmatch = string.gmatch
local ipairs, pcall, type = ipairs, pcall, type

local _M = {}

-- lua-resty-core declares them for ngx.req.get_headers().
local has_lines = pcall(function()
  return C.ngx_http_lua_ffi_req_get_headers_count, C.ngx_http_lua_ffi_req_get_headers,
    ffi.typeof "ngx_http_lua_ffi_table_elt_t"
end)
local line_type = has_lines and ffi.typeof "ngx_http_lua_ffi_table_elt_t *"
local line_size = has_lines and ffi.sizeof "ngx_http_lua_ffi_table_elt_t"
local truncated = ffi.new "int[1]"

-- 0 stands for all lines, and for names in small letters.
local ALL, FOLDED = 0, 0

-- The lines as an array in memory, and their number; good until something asks again.
local function read_lines()
  local request = base.get_request()
  local count = C.ngx_http_lua_ffi_req_get_headers_count(request, ALL, truncated)
  if count < 1 then
    return nil, 0
  end
  local lines = cast(line_type, base.get_string_buf(count * line_size))
  if C.ngx_http_lua_ffi_req_get_headers(request, lines, count, FOLDED) ~= 0 then
    return nil, 0
  end
  return lines, count
end

-- A header's value, and whether it was sent more than once. The name is in small letters.
local function look_up(name)
  local value = ngx.req.get_headers(ALL)[name]
  if type(value) == "table" then
    return value[1], true
  end
  return value, false
end

-- Content-Type and Content-Encoding, which say how a body is to be read: the value of each, or nil, and whether it was
-- sent more than once.
function _M.of_body()
  if not has_lines then
    local kind, kinds = look_up("content-type")
    local encoding, encodings = look_up("content-encoding")
    return kind, kinds, encoding, encodings
  end
  local lines, count = read_lines()
  local kind, kinds, encoding, encodings = nil, false, nil, false
  for index = 0, count - 1 do
    local length = lines[index].key.len
    if length == 12 and to_string(lines[index].key.data, 12) == "content-type" then
      kind, kinds = to_string(lines[index].value.data, lines[index].value.len), kind ~= nil
    elseif length == 16 and to_string(lines[index].key.data, 16) == "content-encoding" then
      encoding, encodings = to_string(lines[index].value.data, lines[index].value.len), encoding ~= nil
    end
  end
  return kind, kinds, encoding, encodings
end

local lists = {}

-- The names of a list that stands in the configuration, read once.
local function names_of(list)
  local names = lists[list]
  if not names then
    names = {}
    for name in gmatch(list, "%S+") do
      names[#names + 1] = name
    end
    lists[list] = names
  end
  return names
end

-- Whether any of some headers was sent more than once: "1" or "". `list` has their names in small letters, with blanks
-- between them.
function _M.repeated(list)
  local names = names_of(list)
  if not has_lines then
    for _, name in ipairs(names) do
      if type(ngx.req.get_headers(ALL)[name]) == "table" then
        return "1"
      end
    end
    return ""
  end
  local lines, count = read_lines()
  for _, name in ipairs(names) do
    local seen = false
    for index = 0, count - 1 do
      local key = lines[index].key
      if key.len == #name and to_string(key.data, key.len) == name then
        if seen then
          return "1"
        end
        seen = true
      end
    end
  end
  return ""
end

return _M
