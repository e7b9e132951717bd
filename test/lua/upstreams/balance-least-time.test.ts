import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

/** What depends on times to the millisecond: the modules are called by a location, and told how long answers took. */
const cases: [name: string, lua: string, want: string][] = [
  ['the quicker one is taken', 'learn("a", 1) learn("b", 0.1) for _ = 1, 16 do pick() end', '0 16'],
  ['nearly equal ones take turns', 'learn("a", 0.1) learn("b", 0.12) for _ = 1, 16 do pick() end', '8 8'],
  ['an odd answer does not count much', 'learn("a", 0.1) learn("b", 0.1) learn("b", 0.5) pick() pick()', '1 1'],
  [
    'one that always loses is tried again, once a second',
    'learn("a", 1) learn("b", 0.1) for _ = 1, 200 do pick() end ngx.sleep(1.1) for _ = 1, 20 do pick() end',
    '2 218',
  ],
  ['one without answers counts as the average', 'learn("a", 1) learn("b", 0.2) busy("b", 4) pick()', '0 0 1'],
  ['one without answers is not taken for one that fails', 'fail("a") busy("b", 3) for _ = 1, 16 do pick() end', '0 16'],
  [
    'one that came back begins at the average',
    'learn("a", 1) learn("b", 0.2) learn("c", 9) forget("c") busy("b", 4) pick()',
    '0 0 1',
  ],
];

describe.each(['1.22', '1.30'] as const)('learning who answers first on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: '{}',
      http: 'lua_shared_dict openclaw_state 1m;',
      server: 'location / { content_by_lua_file lua/learn.lua; }',
      files: { 'lua/learn.lua': learnLua },
    });
  });
  afterAll(() => gateway?.stop());

  test.each(cases)('%s', async (_, lua, want) => {
    const count = want.split(' ').length;
    const headers = { 'x-lua': lua, 'x-count': String(count) };
    expect(await (await fetch(gateway.url, { headers })).text()).toBe(want);
  });
});

const learnLua = `
local balance_choice = require "openclaw.upstreams.balance_choice"
local connection_counts = require "openclaw.upstreams.connection_counts"
local least_time = require "openclaw.upstreams.balance_least_time"
local peers = require "openclaw.upstreams.peers"
connection_counts.start()
local upstream = { name = ngx.var.request_id, kind = "least_time", servers = {}, version_key = ngx.var.request_id }
local hosts = { "a", "b", "c" }
for index = 1, tonumber(ngx.var.http_x_count) do
  upstream.servers[index] = { host = hosts[index], port = 1, weight = 1 }
end
balance_choice.configure(upstream)
peers.build(upstream, function(server) return { server.host } end, require("openclaw.core.clock").now())
local by_name, counts = {}, {}
for index, peer in ipairs(upstream.regular) do
  by_name[peer.address], counts[index] = peer, 0
end

local env = { ngx = ngx }
function env.learn(name, seconds) least_time.learn(by_name[name], seconds, {}) end
function env.fail(name) least_time.fail(upstream, by_name[name], {}) end
function env.forget(name) least_time.forget(by_name[name]) end
function env.busy(name, count)
  for _ = 1, count do connection_counts.take(by_name[name]) end
end
function env.pick()
  local peer = balance_choice.choose(upstream, {}, require("openclaw.core.clock").now())
  connection_counts.release(peer)
  counts[peer.server] = counts[peer.server] + 1
end

setfenv(assert(loadstring(ngx.var.http_x_lua)), env)()
ngx.print(table.concat(counts, " "))
`;
