-- Keeps a conversation with the peer that has it; a new one goes to the least loaded.

local conversation_pins = require "openclaw.upstreams.conversation_pins"
local least_conn = require "openclaw.upstreams.balance_least_conn"

local _M = {}

function _M.pick(upstream, candidates, count, list, round, record)
  local conversation = record.conversation
  if conversation then
    record.pinned = record.pinned or conversation_pins.find(conversation)
    for index = 1, count do
      if candidates[index].name == record.pinned then
        return candidates[index]
      end
    end
  end
  return least_conn.pick(upstream, candidates, count, list, round, record)
end

-- The request goes to this peer.
function _M.chosen(upstream, peer, record)
  if record.conversation then
    conversation_pins.keep(upstream, record, peer)
  end
end

return _M
