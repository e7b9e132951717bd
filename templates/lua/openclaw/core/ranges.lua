-- Address ranges as pairs of binary addresses, sorted and merged: LuaJIT compares strings byte by byte.

local ffi = require "ffi"

local byte, find, match, sub = string.byte, string.find, string.match, string.sub
local floor, max, min = math.floor, math.max, math.min
local sort = table.sort
local ipairs, tonumber = ipairs, tonumber

local _M = {}

ffi.cdef "int inet_pton(int family, const char *text, void *address);"

local C = ffi.C
-- As Linux numbers them.
local AF_INET, AF_INET6 = 2, 10
-- RFC 4291 section 2.5.5.2: what an IPv4 client has in front of its address at a socket that takes both.
local MAPPED = ("\0"):rep(10) .. "\255\255"
local buffer, lowest, highest = ffi.new("unsigned char[16]"), ffi.new("unsigned char[16]"), ffi.new("unsigned char[16]")

local function binary(text)
  if find(text, "[^%x.:]") then
    return nil
  end
  local is_ipv6 = find(text, ":", 1, true)
  if C.inet_pton(is_ipv6 and AF_INET6 or AF_INET, text, buffer) ~= 1 then
    return nil
  end
  return ffi.string(buffer, is_ipv6 and 16 or 4)
end

local function bounds(address, bits)
  for index = 0, #address - 1 do
    local span = 2 ^ min(8, max(0, (index + 1) * 8 - bits))
    local value = byte(address, index + 1)
    lowest[index] = value - value % span
    highest[index] = lowest[index] + span - 1
  end
  return { first = ffi.string(lowest, #address), last = ffi.string(highest, #address) }
end

local function parse(text)
  local host, prefix = match(text, "^([^/]+)/(%d+)$")
  local address = binary(host or text)
  if not address or prefix and (find(prefix, "^0%d") or tonumber(prefix) > #address * 8) then
    return nil
  end
  local bits = tonumber(prefix) or #address * 8
  if bits >= 96 and sub(address, 1, 12) == MAPPED then
    return bounds(sub(address, 13), bits - 96)
  end
  return bounds(address, bits)
end

local function is_before(a, b)
  return a.first < b.first
end

local function merge(list)
  sort(list, is_before)
  local first, last = {}, {}
  for _, range in ipairs(list) do
    local count = #last
    if count > 0 and range.first <= last[count] then
      last[count] = range.last > last[count] and range.last or last[count]
    else
      first[count + 1], last[count + 1] = range.first, range.last
    end
  end
  return { first = first, last = last }
end

-- Prepares a list such as { "10.0.0.0/8", "2001:db8::1" } for `contains`, or returns nil and which item is wrong.
-- Bits behind the prefix are ignored.
function _M.compile(list)
  local by_size = { [4] = {}, [16] = {} }
  for index, text in ipairs(list) do
    local range = parse(text)
    if not range then
      return nil, "range " .. index .. " is neither an address nor an address range"
    end
    local same = by_size[#range.first]
    same[#same + 1] = range
  end
  return { [4] = merge(by_size[4]), [16] = merge(by_size[16]) }
end

-- Whether $binary_remote_addr is in one of the ranges; the address of a unix socket never is.
function _M.contains(ranges, address)
  if #address == 16 and sub(address, 1, 12) == MAPPED then
    address = sub(address, 13)
  end
  local family = ranges[#address]
  if not family then
    return false
  end
  local first, low, high = family.first, 1, #family.first
  while low <= high do
    local middle = floor((low + high) / 2)
    if first[middle] <= address then
      low = middle + 1
    else
      high = middle - 1
    end
  end
  return high > 0 and address <= family.last[high]
end

return _M
