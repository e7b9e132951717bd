-- Reads key files: `<id> sha256:<64 hex digits> [attribute=value ...]` a line. Right as a whole or not taken at all;
-- a reason names the line and never quotes it.

local key_attributes = require "openclaw.callers.key_attributes"

local find, gmatch, gsub = string.find, string.gmatch, string.gsub
local lower, match, sub = string.lower, string.match, string.sub
local concat = table.concat
local pairs = pairs

local _M = {}

local BYTE_ORDER_MARK = "\239\187\191"
local MAX_ID = 64
local BAD_HASH = "a hash is `sha256:` and 64 hexadecimal digits"

local function has_control_bytes(text)
  return find(text, "[%z\1-\8\10-\31\127]") ~= nil
end

-- Takes what follows a hash. The same attributes give the same group, however they are spaced and whatever is
-- remarked behind them; both spellings are kept, since thousands of lines may share them.
local function read_group(groups, known, given)
  local text = gsub(given, "\r$", "")
  local comment = find(text, "[ \t]#")
  if comment then
    if has_control_bytes(text) then
      return nil, "control bytes"
    end
    text = sub(text, 1, comment)
  end
  if find(text, "^[^ \t]") then
    return nil, BAD_HASH
  end
  local words = {}
  for word in gmatch(text, "[^ \t]+") do
    words[#words + 1] = word
  end
  -- With a blank in front, as only what may follow a hash has.
  local name = " " .. concat(words, " ")
  if not groups[name] then
    local attributes, reason = key_attributes.read(words, known)
    if not attributes then
      return nil, reason
    end
    groups[name] = { attributes = attributes, entries = {} }
  end
  groups[given] = groups[name]
  return groups[name]
end

local function entry_of(group, id)
  local entry = group.entries[id]
  if not entry then
    entry = { id = id }
    for name, value in pairs(group.attributes) do
      entry[name] = value
    end
    group.entries[id] = entry
  end
  return entry
end

local function check_keyless(line)
  if find(line, "^[ \t]*\r?$") then
    return nil
  elseif not find(line, "^[ \t]*#") then
    return "not `<id> sha256:<64 hexadecimal digits>`"
  end
  return has_control_bytes(gsub(line, "\r$", "")) and "control bytes" or nil
end

-- Reads a key file into { by_hash = { [hash] = entry }, count }, or returns nil and the reason. An entry has the id and
-- what `key_attributes.read` gives; lines of equal id and attributes share one.
function _M.parse(text)
  local by_hash, count = {}, 0
  local groups, known = {}, {}
  local at, number, size = 1, 0, #text
  if sub(text, 1, 3) == BYTE_ORDER_MARK then
    at = 4
  end
  while at <= size do
    number = number + 1
    local finish = find(text, "\n", at, true) or size + 1
    local id, hash, after = match(text, "^[ \t]*(%w[%w_.@-]*)[ \t]+sha256:(%x+)()", at)
    local reason
    if not id then
      reason = check_keyless(sub(text, at, finish - 1))
    elseif #id > MAX_ID then
      reason = "an id has " .. MAX_ID .. " characters at most"
    elseif #hash ~= 64 then
      reason = BAD_HASH
    else
      local rest = sub(text, after, finish - 1)
      local group = groups[rest]
      if not group then
        group, reason = read_group(groups, known, rest)
      end
      hash = lower(hash)
      if group and by_hash[hash] then
        reason = "the hash of an earlier line"
      elseif group then
        by_hash[hash] = entry_of(group, id)
        count = count + 1
      end
    end
    if reason then
      return nil, "line " .. number .. ": " .. reason
    end
    at = finish + 1
  end
  if count == 0 then
    return nil, "has no keys"
  end
  return { by_hash = by_hash, count = count }
end

return _M
