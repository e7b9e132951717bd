-- Patterns in which `*` stands for any characters, also for none.

local find, gmatch, sub = string.find, string.gmatch, string.sub
local ipairs = ipairs

local _M = {}

-- Prepares a pattern for `matches`.
function _M.compile(pattern)
  local parts = {}
  for part in gmatch(pattern .. "*", "([^*]*)%*") do
    parts[#parts + 1] = part
  end
  return parts
end

-- Whether a text is as the pattern says. Takes time in proportion to the text, whatever the pattern is.
function _M.matches(parts, text)
  local first, last, count = parts[1], parts[#parts], #parts
  if count == 1 then
    return text == first
  elseif #text < #first + #last or sub(text, 1, #first) ~= first or sub(text, #text - #last + 1) ~= last then
    return false
  end
  local at, stop = #first + 1, #text - #last
  for index = 2, count - 1 do
    local _, found = find(text, parts[index], at, true)
    if parts[index] ~= "" then
      if not found or found > stop then
        return false
      end
      at = found + 1
    end
  end
  return true
end

-- How many characters of the pattern stand for themselves.
function _M.literals(parts)
  local count = 0
  for _, part in ipairs(parts) do
    count = count + #part
  end
  return count
end

return _M
