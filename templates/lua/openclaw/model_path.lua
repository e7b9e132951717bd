-- Models that stand in paths: ai.google.dev/api (Gemini), learn.microsoft.com/azure/ai-services/openai/reference (Azure),
-- docs.aws.amazon.com/bedrock/latest/APIReference (Bedrock). Paths are normalised and decoded, as in $uri.

local model_name = require "openclaw.model_name"

local find, match, sub = string.find, string.match, string.sub
local ipairs = ipairs

local _M = {}

-- Each gives the position of the model, what follows it, and for Gemini the collection it belongs to. Google takes what
-- follows the last colon for the method.
local SHAPES = {
  { pattern = "/(models)/()([^/]+):([^/:]+)$" },
  { pattern = "/(tunedModels)/()([^/]+):([^/:]+)$" },
  { pattern = "/openai/(deployments)/()([^/]+)(/)" },
  { pattern = "/(model)/()([^/]+)/([^/]+)$", methods = {
    ["invoke"] = true,
    ["invoke-with-response-stream"] = true,
    ["converse"] = true,
    ["converse-stream"] = true,
  } },
}

-- Where a path names a model: { model, start, stop, collection, stream }, with the positions of its first and its last
-- byte. Nil when it names none; nil and `model_malformed` when it is none, or `duplicate_model`.
function _M.find(path)
  local found
  for _, shape in ipairs(SHAPES) do
    local collection, start, model, method = match(path, shape.pattern)
    if collection and not (shape.methods and not shape.methods[method]) then
      if found then
        return nil, "duplicate_model"
      elseif not model_name.is_valid(model) then
        return nil, "model_malformed"
      end
      found = {
        model = model,
        start = start,
        stop = start + #model - 1,
        collection = collection,
        stream = find(method, "^stream") or find(method, "stream$") and true or nil,
      }
    end
  end
  return found
end

-- The path with another model; nil when a path cannot hold this name.
function _M.rename(path, found, name)
  if find(name, "/", 1, true) or name == "." or name == ".." or not model_name.is_valid(name) then
    return nil
  end
  return sub(path, 1, found.start - 1) .. name .. sub(path, found.stop + 1)
end

return _M
