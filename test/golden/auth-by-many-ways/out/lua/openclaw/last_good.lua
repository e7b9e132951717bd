-- The last good text of a watched file in shared memory, which outlives a reload and the end of a worker.
-- Only for what may be there: hashes of keys, never a credential.

local ngx = ngx
local ipairs = ipairs

local _M = {}

local function memory()
  return ngx.shared.openclaw_keys
end

-- Keeps a text and when it was loaded (seconds since 1970), or returns nil and the reason. What does not fit leaves
-- nothing behind, not even the text before it, which might have keys that are revoked by now.
function _M.put(path, text, loaded_at)
  local shared = memory()
  if not shared then
    return true
  end
  -- `safe_set` frees the text before, but never another file's. User flags are an integer stored with the value.
  return shared:safe_set(path, text, 0, loaded_at)
end

-- Returns the text that was kept and when it was loaded, or nil.
function _M.get(path)
  local shared = memory()
  if shared then
    return shared:get(path)
  end
end

-- Forgets every other file: should one come back to the configuration later, its keys may long be revoked.
function _M.keep_only(paths)
  local shared = memory()
  for _, path in ipairs(shared and shared:get_keys(0) or {}) do
    if not paths[path] then
      shared:delete(path)
    end
  end
end

return _M
