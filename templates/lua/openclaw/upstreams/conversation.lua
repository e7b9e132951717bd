-- Tells the turns of one conversation by what they begin with: each repeats all that was said before.

local bytes_of = require "openclaw.core.json_bytes"
local digest = require "openclaw.core.digest"
local skip = require "openclaw.core.json_skip"

local byte, sub = string.byte, string.sub
local concat = table.concat
local min = math.min
local pointer, string_end = bytes_of.pointer, bytes_of.string_end
local skip_space, skip_value = skip.space, skip.value

local _M = {}

-- Bytes. What comes later is not looked at.
local MAX_BYTES = 65536
-- Longer strings count by their beginning, so that it matters little where in the body they stand.
local MAX_STRING = 4096
-- A prompt in one piece grows with every turn.
local MAX_PROMPT = 1024
-- Enough to tell the names of fields apart.
local MAX_KEY = 32

-- Where APIs have system prompts and where messages: platform.openai.com, docs.anthropic.com and ai.google.dev.
local SYSTEM = { system = true, instructions = true, systemInstruction = true, system_instruction = true }
local MESSAGES = { messages = true, contents = true, input = true, prompt = true }
local SYSTEM_ROLES = { system = true, developer = true }
-- Not what is said. Clients move `cache_control` from message to message, which makes a list of blocks of a mere text.
local IGNORED = { type = true, ttl = true }

local QUOTE, COLON, COMMA = byte('":,', 1, 3)
local OPEN_OBJECT, OPEN_ARRAY, CLOSE_OBJECT, CLOSE_ARRAY = byte("{[}]", 1, 4)

local function add(parts, text, start, stop)
  if stop > start then
    parts[#parts + 1] = sub(text, start + 1, stop)
  end
end

-- Adds what the strings of a value say; returns the offset after it, or -1 when it reaches the limit, and its role.
local function gather(parts, text, bytes, at, limit)
  local depth, key, role = 0, nil, nil
  if bytes[at] ~= QUOTE and bytes[at] ~= OPEN_OBJECT and bytes[at] ~= OPEN_ARRAY then
    return skip_value(bytes, at, limit)
  end
  while at < limit do
    local char = bytes[at]
    if char == QUOTE then
      local start, stop = at + 1, string_end(bytes, at + 1, limit)
      at = stop ~= -1 and skip_space(bytes, stop + 1) or limit
      if bytes[at] == COLON then
        key = sub(text, start + 1, min(stop, start + MAX_KEY))
        at = at + 1
      else
        if key == "role" and depth == 1 then
          role = sub(text, start + 1, stop)
        elseif not IGNORED[key] then
          add(parts, text, start, min(stop ~= -1 and stop or limit, start + MAX_STRING))
        end
        key = nil
      end
    else
      if char == OPEN_OBJECT or char == OPEN_ARRAY then
        depth = depth + 1
      elseif char == CLOSE_OBJECT or char == CLOSE_ARRAY then
        depth = depth - 1
      end
      at = at + 1
    end
    if depth == 0 then
      return at, role
    end
  end
  return -1, role
end

-- A text, or numbers of tokens.
local function add_prompt(parts, text, bytes, at, limit)
  local is_text = bytes[at] == QUOTE
  local start = is_text and at + 1 or at
  limit = min(limit, start + MAX_PROMPT)
  local stop = is_text and string_end(bytes, start, limit) or -1
  add(parts, text, start, stop ~= -1 and stop or limit)
  return true
end

-- Adds all messages of a list up to the first that a user wrote, and returns whether there was one.
local function add_messages(parts, text, bytes, at, limit)
  repeat
    at = skip_space(bytes, at + 1)
    if bytes[at] == CLOSE_ARRAY or at >= limit then
      return false
    elseif bytes[at] ~= OPEN_OBJECT then
      return add_prompt(parts, text, bytes, at, limit)
    end
    local stop, role = gather(parts, text, bytes, at, limit)
    if stop == -1 or not SYSTEM_ROLES[role] then
      return true
    end
    at = skip_space(bytes, stop)
  until bytes[at] ~= COMMA
  return false
end

-- Adds what is said in the value of a field, and returns whether a user has spoken there.
local function add_value(parts, text, bytes, at, limit, key)
  if MESSAGES[key] and bytes[at] == QUOTE then
    return add_prompt(parts, text, bytes, at, limit)
  elseif MESSAGES[key] and bytes[at] == OPEN_ARRAY then
    return add_messages(parts, text, bytes, at, limit)
  -- OpenAI takes the name of a stored prompt, too.
  elseif SYSTEM[key] or MESSAGES[key] then
    gather(parts, text, bytes, at, limit)
  end
  return false
end

-- Adds what stands in the members of an object until a user has spoken. Nothing after that counts: in another turn it
-- could stand behind what is looked at.
local function add_members(parts, text, bytes, at, limit)
  repeat
    at = skip_space(bytes, at + 1)
    local close = at < limit and bytes[at] == QUOTE and string_end(bytes, at + 1, limit) or -1
    local key = close ~= -1 and sub(text, at + 2, min(close, at + 1 + MAX_KEY))
    at = key and skip_space(bytes, close + 1)
    if not key or bytes[at] ~= COLON then
      return
    end
    at = skip_space(bytes, at + 1)
    if add_value(parts, text, bytes, at, limit, key) then
      return
    end
    at = skip_value(bytes, at, limit)
    at = at ~= -1 and skip_space(bytes, at)
  until not at or bytes[at] ~= COMMA
end

-- A short text that is the same for every turn of a conversation and differs between conversations, from the body of a
-- request that json_scan accepts: its system prompts and its first message. Nil when it has none.
function _M.beginning(text)
  local bytes = pointer(text)
  local at = skip_space(bytes, 0)
  local parts = {}
  if bytes[at] == OPEN_OBJECT then
    add_members(parts, text, bytes, at, min(#text, MAX_BYTES))
  end
  return parts[1] and sub(digest.sha256_hex(concat(parts, "\0")), 1, 16) or nil
end

return _M
