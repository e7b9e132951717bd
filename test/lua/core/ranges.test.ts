import { BlockList } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

/** The binary form of an address, in hexadecimal digits. */
function binary(address: string): string {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number)).toString('hex');
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const zeros = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(zeros).fill('0'), ...groups(tail ?? '')];
  return all.map((group) => group.padStart(4, '0')).join('');
}

const memberships: [ranges: string, address: string, want: boolean][] = [
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.0.0.0/8', '9.255.255.255', false],
  ['192.168.1.77/24', '192.168.1.0', true],
  ['192.168.1.77/24', '192.168.2.0', false],
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['192.0.2.1/32', '192.0.2.1', true],
  ['192.0.2.128/25', '192.0.2.127', false],
  ['192.0.2.128/25', '192.0.2.128', true],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '127.0.0.1', false],
  ['::/0', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', true],
  ['2001:db8::/32', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', true],
  ['2001:db8::/32', '2001:db9::', false],
  ['2001:DB8::8/125', '2001:db8::f', true],
  ['2001:db8::8/125', '2001:db8::7', false],
  ['::1', '::1', true],
  // RFC 4291 section 2.5.5.2: an IPv4 client at a socket for both.
  ['10.0.0.0/8', '::ffff:a01:203', true],
  ['10.0.0.0/8', '::fffe:a01:203', false],
  ['::/0', '::ffff:a01:203', false],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '::ffff:a01:203', true],
  ['::ffff:10.0.0.0/104', '11.1.2.3', false],
  ['::ffff:192.0.2.1', '192.0.2.1', true],
  // Ranges that lie in, beside or over each other.
  ['10.0.0.0/8 10.1.0.0/16', '10.200.0.1', true],
  ['10.1.0.0/16 10.0.0.0/8 10.2.0.0/16', '10.255.0.1', true],
  ['10.0.0.0/25 10.0.0.128/25', '10.0.0.128', true],
  ['10.0.0.0/25 10.0.1.0/25', '10.0.0.200', false],
  ['200.0.0.0/8 9.0.0.0/8 2001:db8::/32 0.0.0.0/8', '0.1.2.3', true],
  ['200.0.0.0/8 9.0.0.0/8 2001:db8::/32 0.0.0.0/8', '199.255.255.255', false],
  ['', '10.0.0.1', false],
];

const wrong = [
  '10.0.0.0/33',
  '10.0.0.0/08',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '10.0.0',
  '10.0.0.0.0',
  '010.0.0.1',
  '256.0.0.1',
  '0x0a.0.0.1',
  '2001:db8::/129',
  '2001:db8::1::',
  '2001:db8',
  'fe80::1%eth0',
  '[::1]',
  ':',
  '/8',
  'localhost',
  '10.0.0.1\0',
];

describe.each(nginxReleases)('address ranges on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data: '{}',
      // A line is the address in hexadecimal digits and the ranges; without an address that of the client counts.
      server: `listen unix:/run/ranges.sock;
        client_body_buffer_size 1m;
        location /asked { proxy_pass http://unix:/run/ranges.sock:/; }
        location / {
          content_by_lua_block {
            local ranges = require "openclaw.core.ranges"
            ngx.req.read_body()
            for digits, rest in ngx.req.get_body_data():gmatch("(%x*) ([^\\n]*)\\n") do
              local list = {}
              for range in rest:gmatch("%S+") do
                list[#list + 1] = range
              end
              local address = digits:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)
              local compiled, reason = ranges.compile(list)
              if digits == "" then
                address = ngx.var.binary_remote_addr
              end
              ngx.say(compiled and tostring(ranges.contains(compiled, address)) or reason)
            end
          }
        }`,
    });
  });
  afterAll(() => gateway?.stop());

  async function ask(path: string, lines: readonly string[]): Promise<string[]> {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      body: lines.map((line) => `${line}\n`).join(''),
    });
    return (await response.text()).trimEnd().split('\n');
  }

  test('hold the addresses that their prefixes cover', async () => {
    const got = await ask(
      '/',
      memberships.map(([ranges, address]) => `${binary(address)} ${ranges}`),
    );
    expect(memberships.map(([ranges, address], index) => [ranges, address, got[index]])).toEqual(
      memberships.map(([ranges, address, want]) => [ranges, address, String(want)]),
    );
  });

  test('hold what the block lists of node hold', async () => {
    // Few different bytes, so that ranges and addresses meet.
    const address = fc
      .array(fc.constantFrom(0, 85, 170, 255), { minLength: 4, maxLength: 4 })
      .map((all) => all.join('.'));
    const range = fc.tuple(address, fc.integer({ min: 0, max: 32 }));
    const sample = fc.sample(fc.tuple(address, fc.array(range, { maxLength: 6 })), { numRuns: 1_000, seed: 1 });
    const cases = sample.map(([asked, ranges]) => {
      const list = new BlockList();
      for (const [network, prefix] of ranges) list.addSubnet(network, prefix);
      const line = `${binary(asked)} ${ranges.map((one) => one.join('/')).join(' ')}`;
      return { line, want: `${line} ${list.check(asked)}` };
    });
    const got = await ask(
      '/',
      cases.map(({ line }) => line),
    );
    expect(cases.map(({ line }, index) => `${line} ${got[index]}`)).toEqual(cases.map(({ want }) => want));
  });

  test('are told of by their place when they are wrong', async () => {
    const got = await ask(
      '/',
      wrong.map((range) => `7f000001 10.0.0.0/8 ${range}`),
    );
    expect(got).toEqual(wrong.map(() => 'range 2 is neither an address nor an address range'));
  });

  test('take the address of the connection, and never that of a unix socket', async () => {
    expect(await ask('/', [' 127.0.0.0/8', ' 128.0.0.0/1'])).toEqual(['true', 'false']);
    expect(await ask('/asked', [' 0.0.0.0/0 ::/0'])).toEqual(['false']);
  });
});
