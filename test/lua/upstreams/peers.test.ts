import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

/** What real failures reach only by a race: the module is called by a location, with a clock of the test's own. */
const cases: [name: string, lua: string, want: string][] = [
  ['weights 5, 1 and 1 take turns as nginx does', 'for _ = 1, 7 do add(pick()) end', 'a a b a c a a'],
  ['an address that is left out loses its turns only', 'fail("a") for _ = 1, 4 do add(pick()) end', 'b c b c'],
  ['a marked address is rather used than none', 'fail("a") fail("b") fail("c") add(pick())', 'a'],
  ['one that was not tried comes first, marked or not', 'fail("c") add(pick({ "a", "b" }))', 'c'],
  ['when all were tried, one is tried again', 'add(pick({ "a", "b", "c" }))', 'a'],
  ['a mark ends with its time', 'fail("a") now = now + 9.9 add(pick()) now = now + 0.2 add(pick())', 'b a'],
  ['a mark ends when the clock is set back', 'fail("a") now = now - 5 add(pick())', 'a'],
  ['failures far apart do not add up', 'limit(2, 0.2) fail("a") wait(0.3) fail("a") add(pick())', 'a'],
  ['failures close together do', 'limit(2, 0.2) fail("a") wait(0.1) fail("a") add(pick())', 'b'],
  ['a rebuild keeps marks', 'fail("a") build() add(pick())', 'b'],
  ['a mark stays with an address that goes and comes back', 'fail("a") build("a") build() add(pick())', 'b'],
];

describe.each(nginxReleases)('choosing an address on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: '{}',
      http: 'lua_shared_dict openclaw_state 1m;',
      server: 'location / { content_by_lua_file lua/choose.lua; }',
      files: { 'lua/choose.lua': chooseLua },
    });
  });
  afterAll(() => gateway?.stop());

  test.each(cases)('%s', async (_, lua, want) => {
    expect(await (await fetch(gateway.url, { headers: { 'x-lua': lua } })).text()).toBe(want);
  });
});

const chooseLua = `
local balance_choice = require "openclaw.upstreams.balance_choice"
local connection_counts = require "openclaw.upstreams.connection_counts"
local peer_state = require "openclaw.upstreams.peer_state"
local peers = require "openclaw.upstreams.peers"
connection_counts.start()
local weights, chosen = { a = 5, b = 1, c = 1 }, {}
-- Named anew each time: what is known of addresses is shared.
local upstream = { name = ngx.var.request_id, kind = "round_robin", servers = {}, version_key = ngx.var.request_id }
for _, host in ipairs({ "a", "b", "c" }) do
  table.insert(upstream.servers, { host = host, port = 1, weight = weights[host], max_fails = 1, fail_timeout = 10 })
end
balance_choice.configure(upstream)

local env = { now = 1000, wait = ngx.sleep }
function env.build(without)
  peers.build(upstream, function(server) return server.host ~= without and { server.host } or nil end, env.now)
end
local function find(host)
  for _, peer in ipairs(upstream.regular) do
    if peer.address == host then return peer end
  end
end
function env.fail(host) peer_state.fail(upstream, find(host), env.now) end
function env.limit(count, seconds)
  for _, peer in ipairs(upstream.regular) do peer.max_fails, peer.fail_timeout = count, seconds end
end
function env.pick(hosts)
  local record = { tried = {} }
  for _, host in ipairs(hosts or {}) do record.tried[find(host)] = true end
  return balance_choice.choose(upstream, record, env.now).address
end
function env.add(address) table.insert(chosen, address) end

env.build()
setfenv(assert(loadstring(ngx.var.http_x_lua)), env)()
ngx.print(table.concat(chosen, " "))
`;
