-- The parts of DNS messages (RFC 1035 section 4): numbers, names and the data of records. Pure functions over strings.

local bit = require "bit"

local band, bor, lshift = bit.band, bit.bor, bit.lshift
local byte, format = string.byte, string.format
local find, lower, sub = string.find, string.lower, string.sub
local concat = table.concat

local _M = { A = 1, AAAA = 28, SRV = 33, CNAME = 5, CLASS_IN = 1 }

-- RFC 1035 section 2.3.4: 255 bytes in wire form, 253 as text.
_M.MAX_NAME = 253

-- The number at `offset` (1-based), or nil beyond the end.
function _M.uint16(message, offset)
  local high, low = byte(message, offset, offset + 1)
  if not low then
    return nil
  end
  return high * 256 + low
end

-- The name at `offset` and where it ends, or nil; a pointer may only lead further back, so no loop is possible.
function _M.name(message, offset)
  local labels, length, after, lowest = {}, 0, nil, offset
  while true do
    local size = byte(message, offset)
    if not size then
      return nil
    end
    if size == 0 then
      return lower(concat(labels, ".")), after or offset + 1
    elseif size >= 192 then
      local low = byte(message, offset + 1)
      if not low then
        return nil
      end
      after = after or offset + 2
      offset = bor(lshift(band(size, 63), 8), low) + 1
      if offset >= lowest then
        return nil
      end
      lowest = offset
    elseif size >= 64 then
      return nil
    else
      length = length + size + 1
      if length > _M.MAX_NAME + 1 or offset + size > #message then
        return nil
      end
      labels[#labels + 1] = sub(message, offset + 1, offset + size)
      offset = offset + size + 1
    end
  end
end

local function ipv4(message, offset, size)
  return size == 4 and format("%d.%d.%d.%d", byte(message, offset, offset + 3)) or nil
end

local function ipv6(message, offset, size)
  if size ~= 16 then
    return nil
  end
  local groups = {}
  for index = 0, 14, 2 do
    groups[#groups + 1] = format("%x", _M.uint16(message, offset + index))
  end
  return "[" .. concat(groups, ":") .. "]"
end

-- RFC 2782. The target will be looked up and logged: it must be a host name.
local function service(message, offset, size)
  local target = size > 6 and _M.name(message, offset + 6)
  return target and find(target, "^[%w_.-]*$") and {
    priority = _M.uint16(message, offset),
    weight = _M.uint16(message, offset + 2),
    port = _M.uint16(message, offset + 4),
    target = target,
  } or nil
end

local readers = { [_M.A] = ipv4, [_M.AAAA] = ipv6, [_M.SRV] = service }

-- What a record of this kind says (an address as text, a service as a table), or nil when it is malformed.
function _M.data(message, kind, offset, size)
  return readers[kind](message, offset, size)
end

return _M
