-- What all workers know of a watched file, in shared memory, which outlives a reload and the end of a worker: a mark of
-- the content that was taken last, and the text itself where it may be there: hashes of keys, never a credential.

local ngx = ngx
local ipairs, pairs = ipairs, pairs
local match, rep = string.match, string.rep

local _M = {}

-- A mark has so many bytes; its place is taken before any text's, or there might be none.
local MARK_BYTES = 8
local UNKNOWN = rep("\0", MARK_BYTES)

local function memory()
  return ngx.shared.openclaw_keys
end

-- Keeps the mark of a content, its text unless that is nil, and when it was loaded (seconds since 1970); returns nil
-- and the reason when there is no room for the text. Then none is left behind, not even the one before it, which might
-- have keys that are revoked by now.
function _M.put(path, mark, text, loaded_at)
  local shared = memory()
  if not shared then
    return true
  end
  local ok, reason = true, nil
  if text then
    -- `safe_set` frees the text before, but never another file's. User flags are an integer stored with the value.
    ok, reason = shared:safe_set("text " .. path, text, 0, loaded_at)
  else
    shared:delete("text " .. path)
  end
  shared:safe_set("mark " .. path, mark)
  return ok, reason
end

-- The mark that was kept last, or nil.
function _M.mark(path)
  local shared = memory()
  local mark = shared and shared:get("mark " .. path)
  return mark ~= UNKNOWN and mark or nil
end

-- The text that was kept and when it was loaded, or nil.
function _M.text(path)
  local shared = memory()
  if shared then
    return shared:get("text " .. path)
  end
end

-- Makes room for the marks of these files (a set of paths) and forgets every other file: should one come back to the
-- configuration later, its keys may long be revoked.
function _M.keep_only(paths)
  local shared = memory()
  for _, key in ipairs(shared and shared:get_keys(0) or {}) do
    if not paths[match(key, "^%w+ (.+)$") or ""] then
      shared:delete(key)
    end
  end
  for path in pairs(shared and paths or {}) do
    shared:safe_add("mark " .. path, UNKNOWN)
  end
end

return _M
