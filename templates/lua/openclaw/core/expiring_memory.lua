-- Texts in a shared dictionary that end by the clock which nobody can set; a dictionary's own ends go by the other.
-- Each worker removes what it has put there; what one leaves behind that dies goes when there is no room.

local clock = require "openclaw.core.clock"

local floor = math.floor
local format, match, sub = string.format, string.match, string.sub
local tonumber = tonumber

local _M = {}

-- For each text that is put at most so many are removed: never fewer than come, and no work that anybody notices.
local REMOVED = 2

-- A memory in this dictionary.
function _M.new(dictionary)
  return { dictionary = dictionary, keys = {}, ends = {}, first = 1, last = 0 }
end

-- The text that was put, until it ends; or nil.
function _M.get(memory, key)
  local stored = memory.dictionary:get(key)
  local ends, at = match(stored or "", "^(%d+) ()")
  return ends and clock.milliseconds() < tonumber(ends) and sub(stored, at) or nil
end

-- Whoever put the same again since will remove it.
local function remove_first(memory)
  local first = memory.first
  local key = memory.keys[first]
  memory.keys[first], memory.ends[first], memory.first = nil, nil, first + 1
  if not _M.get(memory, key) then
    memory.dictionary:delete(key)
  end
end

-- Keeps a text for so many seconds; or returns nil and the reason.
function _M.put(memory, key, text, seconds)
  local now, dictionary = clock.milliseconds(), memory.dictionary
  for _ = 1, REMOVED do
    if memory.first <= memory.last and memory.ends[memory.first] <= now then
      remove_first(memory)
    end
  end
  local ends = now + floor(seconds * 1000)
  local ok, reason = dictionary:set(key, format("%d ", ends) .. text)
  if not ok then
    return nil, reason
  end
  memory.last = memory.last + 1
  memory.keys[memory.last], memory.ends[memory.last] = key, ends
  return true
end

return _M
