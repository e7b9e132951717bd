-- Which model a body of multipart/form-data names, and where. Servers differ most about delimiters: line breaks, what
-- stands before the first and after the last, a boundary that another begins with. So the bytes of the boundary may
-- stand in delimiters only, and those have to be written as RFC 2046 section 5.1.1 has them.

local head_of = require "openclaw.models.multipart_head"
local model_name = require "openclaw.models.model_name"

local find, lower, sub = string.find, string.lower, string.sub

local _M = {}

-- What servers accept without being told otherwise: net/http of Go 1,000 parts.
local MAX_PARTS = 1000
local MAX_HEAD_BYTES = 8192

-- Takes note of a part whose content stands between two positions; returns the reason to refuse it, or nil.
local function take(found, text, name, is_text, start, stop)
  found.fields[#found.fields + 1] = name
  local meaning = model_name.field_meaning(name)
  if meaning == model_name.CHOICES then
    found.choices = true
  elseif meaning == model_name.STREAM then
    found.stream = stop - start == 3 and lower(sub(text, start, stop)) == "true" or nil
  elseif meaning == model_name.DISGUISED then
    return "model_in_other_case"
  elseif meaning == model_name.MODEL then
    local model = stop - start < model_name.MAX_BYTES and sub(text, start, stop) or ""
    if found.start then
      return "duplicate_model"
    elseif not is_text then
      return "model_not_text"
    elseif not model_name.is_valid(model) then
      return "model_malformed"
    end
    found.model, found.start, found.stop = model, start, stop
  end
end

-- Reads the part whose header begins at a position; returns where the delimiter after it begins, or nil and the reason.
local function read_part(found, text, at, delimiter)
  local next_delimiter = find(text, delimiter, at, true)
  local head_end = find(text, "\r\n\r\n", at, true)
  if not next_delimiter or not head_end or head_end - at > MAX_HEAD_BYTES then
    return nil, "not_multipart"
  end
  local start, stop = head_end + 4, next_delimiter - 3
  if stop < start - 1 or sub(text, stop + 1, stop + 2) ~= "\r\n" then
    return nil, "not_multipart"
  end
  local name, is_text = head_of.read(sub(text, at, head_end - 1), stop - start + 1)
  if not name then
    return nil, "not_multipart"
  end
  local reason = take(found, text, name, is_text, start, stop)
  if reason then
    return nil, reason
  end
  return next_delimiter
end

-- Reads a body: { model, start, stop, stream, choices, fields } as json_scan does, where fields are all names, and
-- start and stop are the positions of the first and the last byte of the name; or nil and `not_multipart`,
-- `duplicate_model`, `model_in_other_case`, `model_not_text` or `model_malformed`.
function _M.model(text, boundary)
  local delimiter = "--" .. boundary
  local found, at = { fields = {} }, 1
  local reason
  if sub(text, 1, #delimiter) ~= delimiter then
    return nil, "not_multipart"
  end
  for _ = 0, MAX_PARTS do
    at = at + #delimiter
    local following = sub(text, at, at + 1)
    if following == "--" then
      local rest = sub(text, at + 2, at + 4)
      if rest ~= "" and rest ~= "\r\n" then
        return nil, "not_multipart"
      end
      return found
    elseif following ~= "\r\n" then
      return nil, "not_multipart"
    end
    at, reason = read_part(found, text, at + 2, delimiter)
    if not at then
      return nil, reason
    end
  end
  return nil, "not_multipart"
end

return _M
