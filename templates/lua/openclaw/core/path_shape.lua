-- Paths that differ in ids alone, as one.

local find, gsub = string.find, string.gsub

local _M = {}

-- What follows these is what is asked for, though it may look like an id.
local NAMED = { models = true, deployments = true, engines = true }
-- Ids of files, batches and the like are longer, and have digits: `file-9a8b7c6d`.
local SHORTEST_ID = 8

-- `/v1/files/file-9a8b7c6d/content` is `/v1/files/*/content`; `/v1beta/models/gemini-2.5-pro:countTokens` stays.
function _M.of(path)
  local before
  return (gsub(path, "[^/]+", function(segment)
    local is_id = #segment >= SHORTEST_ID and find(segment, "%d") and not NAMED[before]
    before = segment
    return is_id and "*" or segment
  end))
end

return _M
