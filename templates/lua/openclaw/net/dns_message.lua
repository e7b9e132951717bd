-- DNS messages (RFC 1035 section 4): one question out, records in. Pure functions over strings.

local bit = require "bit"
local dns_record = require "openclaw.net.dns_record"

local band, rshift = bit.band, bit.rshift
local byte, char, gsub, lower = string.byte, string.char, string.gsub, string.lower
local concat = table.concat
local read_name, uint16 = dns_record.name, dns_record.uint16

local _M = { A = dns_record.A, AAAA = dns_record.AAAA, SRV = dns_record.SRV }

local CNAME, CLASS_IN, MAX_NAME = dns_record.CNAME, dns_record.CLASS_IN, dns_record.MAX_NAME
local NO_ERROR, NAME_ERROR = 0, 3
local MAX_CNAMES = 16
-- More records than any name needs; bounds what one answer can make a worker hold.
local MAX_RECORDS = 64

local RCODES = { [1] = "format error", [2] = "server failure", [4] = "not implemented", [5] = "refused" }

local function uint16_text(value)
  return char(rshift(value, 8), band(value, 255))
end

-- The message that asks `id` for the records of `kind` of a host name, or nil and why the name is none.
function _M.question(id, name, kind)
  local labels = {}
  if #name == 0 or #name > MAX_NAME then
    return nil, "host name of " .. #name .. " bytes"
  end
  local rest = gsub(name .. ".", "([%w_-]+)%.", function(label)
    labels[#labels + 1] = char(#label <= 63 and #label or 0) .. label
    return #label <= 63 and "" or nil
  end)
  if rest ~= "" then
    return nil, "not a host name"
  end
  -- Flags: a standard query, recursion desired. No EDNS: an answer over 512 bytes comes over TCP.
  return uint16_text(id) .. "\1\0\0\1\0\0\0\0\0\0" .. concat(labels) .. "\0" .. uint16_text(kind)
    .. uint16_text(CLASS_IN)
end

-- Reads the answer section into { [owner] = { records, ttl } } and { [owner] = { name, ttl } }.
local function read_records(message, offset, count, kind)
  local found, aliases = {}, {}
  for _ = 1, count do
    local owner, after = read_name(message, offset)
    local size = owner and uint16(message, after + 8)
    if not size or after + 9 + size > #message then
      return nil
    end
    local record, class = uint16(message, after), uint16(message, after + 2)
    local ttl = uint16(message, after + 4) * 65536 + uint16(message, after + 6)
    -- RFC 2181 section 8: a TTL with the top bit set counts as zero.
    ttl = ttl < 2147483648 and ttl or 0
    local data = after + 10
    if class == CLASS_IN and record == CNAME then
      local target = read_name(message, data)
      if not target then
        return nil
      end
      aliases[owner] = aliases[owner] or { name = target, ttl = ttl }
    elseif class == CLASS_IN and record == kind then
      local set = found[owner] or { ttl = ttl }
      if #set < MAX_RECORDS then
        set[#set + 1] = dns_record.data(message, kind, data, size)
      end
      set.ttl = ttl < set.ttl and ttl or set.ttl
      found[owner] = set
    end
    offset = data + size
  end
  return found, aliases
end

-- Whether a message is the response to this very question (id, QR bit, one question, name, kind, class).
function _M.is_answer(message, id, name, kind)
  if #message < 12 or uint16(message, 1) ~= id or byte(message, 3) < 128 or uint16(message, 5) ~= 1 then
    return false
  end
  local asked, after = read_name(message, 13)
  return asked == lower(name) and uint16(message, after) == kind and uint16(message, after + 2) == CLASS_IN
end

-- Whether the server left records out, so that the question has to be asked again over TCP.
function _M.is_truncated(message)
  return band(byte(message, 3), 2) ~= 0
end

-- Reads an answer: the records and the shortest TTL of the chain that leads to them.
-- When there are none: nil, the reason, and whether that is final (no other server would know better).
function _M.records(message, name, kind)
  local code = band(byte(message, 4), 15)
  if code == NAME_ERROR then
    return nil, "no such host", true
  elseif code ~= NO_ERROR then
    return nil, RCODES[code] or "response code " .. code, false
  end
  local _, offset = read_name(message, 13)
  local found, aliases = read_records(message, offset + 4, uint16(message, 7), kind)
  if not found then
    return nil, "malformed answer", false
  end
  local owner, ttl = lower(name), 2147483647
  for _ = 0, MAX_CNAMES do
    local set, alias = found[owner], aliases[owner]
    if set and #set > 0 then
      return set, set.ttl < ttl and set.ttl or ttl
    elseif not alias then
      return nil, kind == _M.SRV and "no such service" or "no address", true
    end
    owner, ttl = alias.name, alias.ttl < ttl and alias.ttl or ttl
  end
  return nil, "CNAME chain without end", false
end

return _M
