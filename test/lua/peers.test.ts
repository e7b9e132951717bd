import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from './lua-gateway.ts';

/** What real failures reach only by a race: the module is called by a location, with a clock of the test's own. */
const cases: [name: string, lua: string, want: string][] = [
  ['weights 5, 1 and 1 take turns as nginx does', 'for _ = 1, 7 do add(pick()) end', 'a a b a c a a'],
  ['an address that is left out loses its turns only', 'fail("a") for _ = 1, 4 do add(pick()) end', 'b c b c'],
  ['a marked address is rather used than none', 'fail("a") fail("b") fail("c") add(pick())', 'a'],
  ['one that was not tried comes first, marked or not', 'fail("c") add(pick({ "a", "b" }))', 'c'],
  ['when all were tried, one is tried again', 'add(pick({ "a", "b", "c" }))', 'a'],
  ['a mark ends with its time', 'fail("a") now = now + 9.9 add(pick()) now = now + 0.2 add(pick())', 'b a'],
  ['a mark ends when the clock is set back', 'fail("a") now = now - 5 add(pick())', 'a'],
  ['failures far apart do not add up', 'limit(2) fail("a") now = now + 11 fail("a") add(pick())', 'a'],
  ['failures close together do', 'limit(2) fail("a") now = now + 9 fail("a") add(pick())', 'b'],
  ['a rebuild keeps marks', 'fail("a") build() add(pick())', 'b'],
  ['a rebuild forgets what is gone', 'fail("a") build("a") build() add(pick())', 'a'],
];

describe.each(nginxReleases)('choosing an address on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: '{}',
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
local peers = require "openclaw.peers"
local weights, chosen = { a = 5, b = 1, c = 1 }, {}
local upstream = { servers = {} }
for _, host in ipairs({ "a", "b", "c" }) do
  table.insert(upstream.servers, { host = host, port = 1, weight = weights[host], max_fails = 1, fail_timeout = 10 })
end

local env = { now = 1000 }
function env.build(without)
  peers.build(upstream, function(host) return host ~= without and { host } or nil end)
end
local function find(host)
  for _, peer in ipairs(upstream.regular) do
    if peer.address == host then return peer end
  end
end
function env.fail(host) peers.fail(find(host), env.now) end
function env.limit(count)
  for _, peer in ipairs(upstream.regular) do peer.max_fails = count end
end
function env.pick(hosts)
  local tried = {}
  for _, host in ipairs(hosts or {}) do tried[find(host)] = true end
  return peers.pick(upstream, tried, env.now).address
end
function env.add(address) table.insert(chosen, address) end

env.build()
setfenv(assert(loadstring(ngx.var.http_x_lua)), env)()
ngx.print(table.concat(chosen, " "))
`;
