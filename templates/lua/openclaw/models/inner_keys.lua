-- What the keys of a JSON body mean for the question which models work for it.

local json_string = require "openclaw.core.json_string"
local model_name = require "openclaw.models.model_name"
local rules = require "openclaw.models.work_rules"

local find, gsub, lower, match, sub = string.find, string.gsub, string.lower, string.match, string.sub
local ipairs = ipairs

local _M = {}

-- Bodies repeat their keys; what is remembered of them stays small.
local MAX_KNOWN = 2000
local MAX_KEY = 64

local NONE = {}

local function squeeze(key)
  return lower(gsub(key, "[_-]", ""))
end

local function set_of(list, change)
  local set = {}
  for _, item in ipairs(list) do
    set[change and change(item) or item] = true
  end
  return set
end

local naming_ends = rules.naming_ends
local free = set_of(rules.free)
local hidden_by = set_of(rules.hidden_by, squeeze)
-- The last words of what hides, so that only those have to be put together with what stands above them.
local hiding_words = set_of(rules.hidden_by, function(item)
  return squeeze(match(item, "[^.]+$"))
end)
local free_words = set_of(rules.free, function(item)
  return match(item, "[^.]+$")
end)

local known, count = {}, 0

local function names_models(squeezed)
  for _, ending in ipairs(naming_ends) do
    if sub(squeezed, -#ending) == ending then
      return true
    end
  end
  return false
end

local function read(raw)
  local key = find(raw, "\\", 1, true) and json_string.read('"' .. raw .. '"', 1) or raw
  -- As the most generous servers compare.
  local squeezed = squeeze(model_name.fold(key))
  local is_plain = key == raw
  if names_models(squeezed) or hiding_words[squeezed] or is_plain and free_words[key]
    or squeezed == "type" or squeezed == "id" or squeezed == "name" then
    return {
      key = key,
      squeezed = squeezed,
      names = names_models(squeezed),
      hides = hiding_words[squeezed],
      frees = is_plain and free_words[key],
      tells_type = squeezed == "type",
      identifies = squeezed == "id" or squeezed == "name",
    }
  end
  return { key = key, squeezed = squeezed }
end

-- What a key means, as it is written between its quotes:
-- { key, squeezed, names, hides, frees, tells_type, identifies }.
function _M.read(raw)
  local found = known[raw]
  if found then
    return found
  elseif #raw > MAX_KEY then
    return find(raw, "\\", 1, true) and read(raw) or NONE
  end
  found = read(raw)
  if count < MAX_KNOWN then
    known[raw], count = found, count + 1
  end
  return found
end

-- Whether what stands under a key is the caller's own, where the key above is `parent` (nil at the top).
function _M.is_free(found, parent)
  return found.frees and (free[found.key] or parent ~= nil and free[parent .. "." .. found.key]) or false
end

-- Whether a key hides which model works.
function _M.is_hiding(found, parent)
  local squeezed = found.squeezed
  return found.hides and (hidden_by[squeezed] or hidden_by[(parent or "top") .. "." .. squeezed]) or false
end

-- Whether a field of multipart/form-data, but for `model` itself, names a model or hides which one works.
function _M.is_field_hiding(name)
  local squeezed = lower(gsub(model_name.fold(name), "[^%w]", ""))
  return name ~= "model" and (names_models(squeezed) or hidden_by[squeezed] or hidden_by["top." .. squeezed]) or false
end

return _M
