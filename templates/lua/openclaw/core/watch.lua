-- Follows files without a reload: each worker polls them and takes a changed one whole, or keeps what it has. A new
-- worker begins with what the master has read, which may be old by then: it never goes on with less than others know.

local digest = require "openclaw.core.digest"
local disk = require "openclaw.core.file"
local last_good = require "openclaw.core.last_good"
local time = require "openclaw.core.time"

local ngx = ngx
local sub = string.sub
local ipairs, pcall, tostring = ipairs, pcall, tostring

local _M = {}

-- Seconds. A change is taken when two polls in a row see the same, so it is in use after 1 to 1.2.
local INTERVAL = 0.5
local DEFAULT_MAX_BYTES = 33554432
local MARK_BYTES = 8

local files = {}

local function log(level, file, ...)
  local place = file.path_given ~= file.label and " (" .. file.path_given .. ")" or ""
  ngx.log(level, "openclaw: ", file.label, place, ": ", ...)
end

-- Tells contents apart: a part of a hash, by which no secret can be found.
local function mark_of(file, text)
  return sub(digest.sha256(file.path .. "\0" .. digest.sha256(text)), 1, MARK_BYTES)
end

local function take(file, text, mark, loaded_at)
  -- A loader that fails must not keep the other files from being polled.
  local ok, taken, reason = pcall(file.load, text)
  if not ok then
    return nil, tostring(taken)
  elseif not taken then
    return nil, reason
  end
  file.mark, file.loaded_at = mark, loaded_at
  return true
end

-- Tells the other workers, and those to come.
local function publish(file, text)
  local keep = file.keep
  if keep and keep ~= true then
    keep = keep(text)
  end
  local ok, reason = last_good.put(file.path, file.mark, keep and text or nil, file.loaded_at)
  if not ok and not file.does_not_fit then
    log(ngx.WARN, file, "does not fit into the shared memory `openclaw_keys`: ", reason,
      "; a reload while it is broken would leave it without content")
  end
  file.does_not_fit = not ok
end

-- The text that has this mark: the one in shared memory, or the file's where it is good at the moment.
local function find_text(file, mark)
  local text, loaded_at = last_good.text(file.path)
  if text and mark_of(file, text) == mark then
    return text, loaded_at
  end
  text = disk.read(file.path, file.max_bytes)
  if text and mark_of(file, text) == mark then
    return text, ngx.time()
  end
end

-- What this process does not know but others have loaded since: before a reload, or while this worker did not exist.
-- Where that cannot be had it must not go on with what it has, for keys in it may be revoked: rather with nothing.
local function catch_up(file)
  local mark = last_good.mark(file.path)
  if not mark or mark == file.mark then
    return
  end
  local text, loaded_at = find_text(file, mark)
  if text and take(file, text, mark, loaded_at) or not file.mark then
    return
  end
  file.unload()
  file.ok, file.mark, file.loaded_at, file.seen = false, nil, nil, nil
  log(ngx.ERR, file, "other workers have had a newer one than this, which cannot be read now; nothing is loaded until ",
    "it is good")
end

local function reject(file, reason)
  file.ok = false
  catch_up(file)
  if reason ~= file.reason then
    file.reason = reason
    log(ngx.ERR, file, reason, file.loaded_at and "; keeping what was loaded at " .. time.format(file.loaded_at)
      or "; nothing is loaded")
  end
end

local function accept(file, text)
  local mark, was_ok = mark_of(file, text), file.ok
  local is_new = mark ~= file.mark
  if is_new then
    local ok, reason = take(file, text, mark, ngx.time())
    if not ok then
      return reject(file, reason)
    end
  end
  file.ok, file.reason, file.loaded_at = true, nil, ngx.time()
  if is_new or last_good.mark(file.path) ~= mark then
    publish(file, text)
  end
  if ngx.get_phase() ~= "init" and (is_new or not was_ok) then
    log(ngx.NOTICE, file, is_new and "loaded" or "is good again")
  end
end

local function attempt(file, signature, problem)
  if problem then
    file.seen = signature
    return reject(file, problem)
  end
  local text, reason, number = disk.read(file.path, file.max_bytes)
  -- It was written to meanwhile: the next polls see to it.
  if ngx.get_phase() ~= "init" and disk.signature(file.path, file.max_bytes) ~= signature then
    return
  end
  -- Too many open files, for one, is no matter of the file: it is tried again at every poll.
  file.seen = not number and signature or nil
  if text then
    accept(file, text)
  else
    reject(file, reason)
  end
end

local function check(file)
  local signature, problem = disk.signature(file.path, file.max_bytes)
  if signature == file.seen then
    file.pending = nil
  elseif signature == file.pending then
    attempt(file, signature, problem)
  else
    file.pending = signature
  end
end

local function poll(premature)
  if premature then
    return
  end
  for index = 1, #files do
    check(files[index])
  end
end

-- Registers a file, before `load_all`. options: path (relative ones are in nginx's prefix), label (its name in logs and
-- in /openclaw/health), load (takes the whole text; returns true, or nil and the reason), unload (forgets what was
-- loaded), max_bytes, keep (whether its last good text may be in shared memory, for reloads and new workers while the
-- file is broken: true, or a function that tells it of a text; not for secrets). Returns its state, which changes from
-- now on: ok (whether the last attempt was good), reason, loaded_at (the last good one, in seconds since 1970, or nil).
function _M.file(options)
  local path = options.path
  local file = {
    path = sub(path, 1, 1) == "/" and path or ngx.config.prefix() .. path,
    path_given = path,
    label = options.label,
    load = options.load,
    unload = options.unload,
    max_bytes = options.max_bytes or DEFAULT_MAX_BYTES,
    keep = options.keep,
    ok = false,
  }
  files[#files + 1] = file
  return file
end

-- Reads every file once, in init: as root, so that files which only root may read are known at least as they are now.
function _M.load_all()
  local paths = {}
  for _, file in ipairs(files) do
    paths[file.path] = true
  end
  last_good.keep_only(paths)
  for _, file in ipairs(files) do
    attempt(file, disk.signature(file.path, file.max_bytes))
  end
end

-- Begins to poll, in init_worker. A file that only root may read is told of at once, not when it changes.
function _M.start()
  for _, file in ipairs(files) do
    catch_up(file)
    if file.ok then
      local is_readable, reason = disk.is_readable(file.path)
      if not is_readable then
        reject(file, reason)
      end
    end
  end
  if #files > 0 then
    local ok, reason = ngx.timer.every(INTERVAL, poll)
    if not ok then
      ngx.log(ngx.ERR, "openclaw: cannot watch files: ", reason)
    end
  end
end

-- The states of all files in the order in which they were registered.
function _M.files()
  return files
end

return _M
