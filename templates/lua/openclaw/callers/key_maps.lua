-- Who calls: finds the key of a request in the key files of a key map.

local dates = require "openclaw.core.dates"
local digest = require "openclaw.core.digest"
local key_file = require "openclaw.callers.key_file"
local key_sources = require "openclaw.callers.key_sources"
local names = require "openclaw.core.names"
local watch = require "openclaw.core.watch"

local ipairs = ipairs

local _M = {}

local MAX_KEY_BYTES = 4096

local maps = {}

local function follow(given)
  local file = {}
  watch.file {
    path = given.path,
    label = given.label,
    keep = true,
    load = function(text)
      local parsed, reason = key_file.parse(text)
      if not parsed then
        return nil, reason
      end
      file.by_hash = parsed.by_hash
      return true
    end,
    unload = function()
      file.by_hash = nil
    end,
  }
  return file
end

-- Takes { [name] = { files = { { path, label } }, sources = { … } } } in init, before the files are loaded. Maps that
-- name the same file share it.
function _M.configure(wanted)
  local known = {}
  for _, name in ipairs(names.sorted(wanted)) do
    local map = { files = {}, readers = key_sources.readers(wanted[name].sources) }
    for index, given in ipairs(wanted[name].files) do
      known[given.path] = known[given.path] or follow(given)
      map.files[index] = known[given.path]
    end
    maps[name] = map
  end
end

local function look_up(files, key)
  local hash, is_loaded
  for index = 1, #files do
    local by_hash = files[index].by_hash
    if by_hash then
      is_loaded = true
      -- A request with two keys counts as having the empty one, whose hash a careless script may have put into a file.
      if key == "" or #key > MAX_KEY_BYTES then
        return nil, "unknown"
      end
      hash = hash or digest.sha256_hex(key)
      if by_hash[hash] then
        return by_hash[hash], hash
      end
    end
  end
  return nil, is_loaded and "unknown" or "unavailable"
end

-- Returns the entry of the key that the request carries (see `key_file.parse`) and the key's hash, or nil and the
-- reason: missing, unknown, unavailable (no file of the map could be loaded so far), not_yet_valid or expired.
function _M.identify(name)
  local map = maps[name]
  local key = key_sources.first(map.readers)
  if not key then
    return nil, "missing"
  end
  local entry, hash = look_up(map.files, key)
  if not entry then
    return nil, hash
  end
  if entry.not_before and dates.now() < entry.not_before then
    return nil, "not_yet_valid"
  elseif entry.not_after and dates.now() >= entry.not_after then
    return nil, "expired"
  end
  return entry, hash
end

return _M
