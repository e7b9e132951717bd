-- Models that stand in paths, which are normalised and decoded as $uri is: ai.google.dev/api (Gemini),
-- learn.microsoft.com/azure/ai-services/openai/reference (Azure), docs.aws.amazon.com/bedrock/latest/APIReference. LiteLLM
-- serves all of them, OpenAI's old engines too, and takes names with slashes, as Bedrock's ARNs have them.

local model_name = require "openclaw.models.model_name"

local find, lower, match, sub = string.find, string.lower, string.match, string.sub
local ipairs = ipairs

local _M = {}

-- In small letters, for servers that route without regard to case. Either a `pattern` of the collection, the position of the
-- model, the model and what follows it; or the model is all that stands between the last `collection` and a `tail`, slashes
-- too: one pattern for that would take a time that grows with the square of the path. Google takes what stands behind the
-- last colon for a method of its own.
local SHAPES = {
  { collection = "/models/", tail = "():(%a+)/?$", has_verb = true },
  { collection = "/tunedmodels/", tail = "():(%a+)/?$", has_verb = true },
  { pattern = "/openai/(deployments)/()([^/]+)(/)" },
  {
    pattern = "/(engines)/()([^/]+)/(%a+)",
    methods = { ["chat"] = true, ["completions"] = true, ["embeddings"] = true },
  },
  {
    collection = "/model/",
    tail = "()/([^/]+)/?$",
    methods = {
      ["invoke"] = true,
      ["invoke-with-response-stream"] = true,
      ["invoke-with-bidirectional-stream"] = true,
      ["converse"] = true,
      ["converse-stream"] = true,
      ["count-tokens"] = true,
    },
  },
}

-- The position behind the last of these texts, from a position on; or nil.
local function behind_last(text, part, from)
  local _, stop = find(text, part, from, true)
  local last
  while stop do
    last = stop + 1
    -- The slash at its end may begin the next one.
    _, stop = find(text, part, stop, true)
  end
  return last
end

-- The collection, the first and the last position of the model, and what follows it; or nil.
local function match_shape(folded, shape, from)
  if shape.pattern then
    local collection, start, model, method = match(folded, shape.pattern, from)
    return collection, start, start and start + #model - 1, method
  end
  local after, method = match(folded, shape.tail, from)
  local start = after and (not shape.methods or shape.methods[method]) and behind_last(folded, shape.collection, from)
  if start and start < after then
    return sub(shape.collection, 2, -2), start, after - 1, method
  end
end

local function find_shape(path, folded, shape, from)
  local collection, start, stop, method = match_shape(folded, shape, from)
  if not collection or shape.methods and not shape.methods[method] then
    return nil
  end
  return {
    model = sub(path, start, stop),
    start = start,
    stop = stop,
    collection = sub(path, start - #collection - 1, start - 2),
    has_verb = shape.has_verb,
    stream = (find(method, "^stream") or find(method, "stream$")) and true or nil,
  }
end

-- Where a path names a model: { model, start, stop, collection, stream, has_verb }, with the positions of its first and
-- its last byte and whether what follows is a verb of Google's; nil when it names none; nil and `duplicate_model` or
-- `model_malformed`.
function _M.find(path)
  local folded = lower(path)
  if not find(folded, "/model", 1, true) and not find(folded, "models/", 1, true)
    and not find(folded, "/deployments/", 1, true) and not find(folded, "/engines/", 1, true) then
    return nil
  end
  local found
  for _, shape in ipairs(SHAPES) do
    local here = find_shape(path, folded, shape, 1)
    if here and (found or find_shape(path, folded, shape, here.start)) then
      return nil, "duplicate_model"
    end
    found = found or here
  end
  if found and not model_name.is_valid(found.model) then
    return nil, "model_malformed"
  end
  return found
end

-- The path with another model in the place of the one that was found, or nil when a path cannot hold that name.
function _M.rename(path, found, name)
  if find(name, "/", 1, true) or name == "." or name == ".." then
    return nil
  end
  return sub(path, 1, found.start - 1) .. name .. sub(path, found.stop + 1)
end

return _M
