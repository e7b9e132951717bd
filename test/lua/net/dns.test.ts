import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';
import { type DnsBehaviour, type DnsServer, startDnsServer } from './dns-server.ts';

const harmful: [behaviour: DnsBehaviour, want: RegExp][] = [
  ['drop', /timeout/],
  ['wrong-id', /timeout/],
  ['wrong-question', /timeout/],
  ['empty', /timeout/],
  ['garbage', /timeout/],
  ['pointer-loop', /malformed answer/],
  ['forward-pointer', /malformed answer/],
  ['long-record', /malformed answer/],
  ['short', /malformed answer/],
  ['server-failure', /server failure/],
  ['refused', /refused/],
];

describe.each(nginxReleases)('the DNS client on nginx %s', (release) => {
  let dns: DnsServer;
  let second: DnsServer;
  let deadPort: number;
  let gateway: LuaGateway;

  beforeAll(async () => {
    dns = await startDnsServer(await freePort());
    second = await startDnsServer(await freePort());
    second.set('api.test', [{ type: 'A', value: '127.0.0.9', ttl: 9 }]);
    deadPort = await freePort();
    gateway = await startLuaGateway({
      release,
      data: '{}',
      server: `location /resolve {
        content_by_lua_block {
          local args = ngx.req.get_uri_args()
          local addresses = {}
          for port in args.ports:gmatch("%d+") do
            addresses[#addresses + 1] = "127.0.0.1:" .. port
          end
          local found, detail = require("openclaw.net.dns").resolve(args.name, {
            addresses = addresses, timeout = 0.2, ipv6 = args.ipv6 == "1", valid = tonumber(args.valid),
          })
          ngx.say(found and table.concat(found, " ") .. " ttl " .. detail or "error: " .. detail)
        }
      }
      location /random {
        content_by_lua_block {
          local seen, count = {}, 0
          for _ = 1, 1000 do
            local value = require("openclaw.core.random").uint16()
            count = count + (seen[value] and 0 or 1)
            seen[value] = true
          end
          ngx.say(count)
        }
      }`,
    });
  });
  afterAll(() => Promise.all([gateway?.stop(), dns?.stop(), second?.stop()]));
  beforeEach(() => {
    dns.behave('answer');
    dns.questions.length = 0;
    dns.set('api.test', [{ type: 'A', value: '127.0.0.2', ttl: 30 }]);
  });

  async function resolve(name: string, options: Record<string, string | number> = {}): Promise<string> {
    const query = new URLSearchParams({ name, ports: String(dns.port) });
    for (const [key, value] of Object.entries(options)) query.set(key, String(value));
    return (await (await fetch(`${gateway.url}/resolve?${query}`)).text()).trim();
  }

  test('reads addresses and the shortest TTL', async () => {
    dns.set('api.test', [
      { type: 'A', value: '127.0.0.2', ttl: 30 },
      { type: 'A', value: '127.0.0.3', ttl: 20 },
    ]);
    expect(await resolve('api.test')).toBe('127.0.0.2 127.0.0.3 ttl 20');
    expect(await resolve('API.Test.')).toBe('127.0.0.2 127.0.0.3 ttl 20');
    expect(await resolve('api.test', { valid: 7 })).toBe('127.0.0.2 127.0.0.3 ttl 7');
  });

  test.each([
    ['0', 0, 1],
    ['a week', 604_800, 3600],
    ['the top bit', 2 ** 31, 1],
  ])('clamps a TTL of %s', async (_, ttl, want) => {
    dns.set('api.test', [{ type: 'A', value: '127.0.0.2', ttl }]);
    expect(await resolve('api.test')).toBe(`127.0.0.2 ttl ${want}`);
  });

  test('adds IPv6 addresses, in brackets, when asked to', async () => {
    dns.set('api.test', [
      { type: 'A', value: '127.0.0.2', ttl: 30 },
      { type: 'AAAA', value: '2001:db8:0:0:0:0:0:1', ttl: 10 },
    ]);
    expect(await resolve('api.test')).toBe('127.0.0.2 ttl 30');
    expect(await resolve('api.test', { ipv6: 1 })).toBe('127.0.0.2 [2001:db8:0:0:0:0:0:1] ttl 10');
    dns.set('api.test', [{ type: 'AAAA', value: '2001:db8:0:0:0:0:0:1', ttl: 10 }]);
    expect(await resolve('api.test')).toBe('error: no address');
    expect(await resolve('api.test', { ipv6: 1 })).toBe('[2001:db8:0:0:0:0:0:1] ttl 10');
  });

  test('follows CNAMEs within the answer, and not for ever', async () => {
    dns.set('api.test', [{ type: 'CNAME', value: 'edge.cdn.test', ttl: 5 }]);
    dns.set('edge.cdn.test', [{ type: 'CNAME', value: 'pop.cdn.test', ttl: 60 }]);
    dns.set('pop.cdn.test', [{ type: 'A', value: '127.0.0.4', ttl: 40 }]);
    expect(await resolve('api.test')).toBe('127.0.0.4 ttl 5');
    dns.set('pop.cdn.test', [{ type: 'CNAME', value: 'api.test', ttl: 40 }]);
    expect(await resolve('api.test')).toMatch(/CNAME chain without end/);
    dns.set('pop.cdn.test', []);
    expect(await resolve('api.test')).toBe('error: no address');
  });

  test('asks again over TCP when the answer is truncated', async () => {
    dns.behave('truncate');
    const many = Array.from({ length: 60 }, (_, index) => `127.0.1.${index + 1}`);
    dns.set(
      'api.test',
      many.map((value) => ({ type: 'A', value, ttl: 30 })),
    );
    expect(await resolve('api.test')).toBe(`${many.join(' ')} ttl 30`);
    expect(dns.questions.map((question) => question.over)).toEqual(['udp', 'tcp']);
  });

  test('takes the right answer after wrong ones', async () => {
    dns.behave('spoof-then-answer');
    expect(await resolve('api.test')).toBe('127.0.0.2 ttl 30');
  });

  test.each(harmful)('of an answer that does %s takes nothing', async (behaviour, want) => {
    dns.behave(behaviour);
    expect(await resolve('api.test')).toMatch(want);
    expect(dns.questions.length).toBe(2);
    expect(await resolve('api.test', { ports: `${dns.port} ${second.port}` })).toBe('127.0.0.9 ttl 9');
  });

  test('asks the next server when one is not there, and no other when the name does not exist', async () => {
    expect(await resolve('api.test', { ports: `${deadPort} ${dns.port}` })).toBe('127.0.0.2 ttl 30');
    expect(await resolve('api.test', { ports: deadPort })).toMatch(/^error: 127\.0\.0\.1:\d+: connection refused$/);
    second.questions.length = 0;
    expect(await resolve('nowhere.test', { ports: `${dns.port} ${second.port}` })).toBe('error: no such host');
    expect(second.questions).toEqual([]);
  });

  test('returns literal addresses without asking', async () => {
    expect(await resolve('192.0.2.1')).toBe('192.0.2.1 ttl 3600');
    expect(await resolve('2001:db8::1')).toBe('[2001:db8::1] ttl 3600');
    expect(await resolve('[2001:db8::1]')).toBe('[2001:db8::1] ttl 3600');
    expect(dns.questions).toEqual([]);
  });

  const label = 'a'.repeat(63);
  test.each([
    ['253 bytes', `${label}.${label}.${label}.${'b'.repeat(61)}`],
    ['an underscore', '_dns.api-1.test'],
  ])('asks for a name of %s', async (_, name) => {
    dns.set(name, [{ type: 'A', value: '127.0.0.5', ttl: 30 }]);
    expect(await resolve(name)).toBe('127.0.0.5 ttl 30');
  });

  test.each([
    ['254 bytes', `${label}.${label}.${label}.${'b'.repeat(62)}`],
    ['a label of 64 bytes', `${'a'.repeat(64)}.test`],
    ['an empty label', 'api..test'],
    ['a space', 'api test'],
    ['a zero byte', 'api\0.test'],
    ['no bytes', ''],
    ['one dot', '.'],
  ])('never asks for a name of %s', async (_, name) => {
    expect(await resolve(name)).toMatch(/^error: .*host name/);
    expect(dns.questions).toEqual([]);
  });

  test('asks with ids that do not repeat', async () => {
    expect(Number(await (await fetch(`${gateway.url}/random`)).text())).toBeGreaterThan(950);
    for (let index = 0; index < 20; index += 1) await resolve('api.test');
    expect(new Set(dns.questions.map((question) => question.id)).size).toBeGreaterThan(17);
  });
});
