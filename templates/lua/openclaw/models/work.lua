-- What a request asks for, as far as its method, its headers and its path tell.

local endpoints = require "openclaw.models.work_endpoints"
local handshakes = require "openclaw.models.handshakes"
local look_up = require "openclaw.models.look_up"

local _M = {}

-- Of the current request on a route whose upstream gets this path: { is_look_up, handshake, meaning, is_none }, as
-- those modules say; is_none when no model works for it, whatever its body says.
function _M.of(route, path)
  local handshake = handshakes.kind(route, path)
  local meaning = endpoints.meaning(path)
  return {
    is_look_up = look_up.is_one(),
    handshake = handshake,
    meaning = meaning,
    is_none = meaning == "no_work" and not handshake and not look_up.overrides_method(),
  }
end

return _M
