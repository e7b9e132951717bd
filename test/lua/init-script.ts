/** The modules that take a part of the data, and by which name it is there. */
const modules = {
  credentials: 'openclaw.credentials.credential',
  body_timeout: 'openclaw.core.received_body',
  balancers: 'openclaw.upstreams.upstream',
  policies: 'openclaw.callers.auth',
  key_maps: 'openclaw.callers.auth',
  websockets: 'openclaw.models.handshakes',
  models: 'openclaw.models.model_table',
  routes: 'openclaw.attempts.router',
};

/** `lua/init.lua` for data that a test wrote by hand: what it has something for is a capability. */
export const initScript = `local data, named = require("gateway"), {}
data.capabilities = {}
for _, pair in ipairs { ${Object.entries(modules).map(([key, module]) => `{ "${key}", "${module}" }`)} } do
  local key, module = pair[1], pair[2]
  if data[key] and not named[module] then
    named[module] = true
    table.insert(data.capabilities, module)
  end
end
require("openclaw.gateway").init(data)
`;
