import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseKeyFile } from '../../../src/keys/key-file/key-file.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

const hashes = ['a', 'b', '1', '2', '3'].map((digit) => `sha256:${digit.repeat(64)}`);
const words = [
  ...['tier=a', 'tier=A', 'tier=', 'tier', 'tier=a=b', 'Tier=a', 'tier=a#x', 'foo=1'],
  ...[
    'routes=a,b',
    'routes=a,',
    'routes=,a',
    'routes=a,,b',
    'routes=a,a',
    'upstreams=x_1-2',
    'models=gpt*,o3',
    'models=a=b',
  ],
  ...[
    'addresses=10.0.0.0/8',
    'addresses=10.0.0.1/8,::1',
    'addresses=office',
    'addresses=10.0.0.0/08',
    'addresses=::ffff:1.2.3.4/104',
  ],
  ...[
    'addresses=1.2.3',
    'addresses=::1/129',
    'addresses=fe80::1%eth0',
    'not_before=2027-01-31',
    'not_before=2028-01-01',
  ],
  ...[
    'not_after=2027-02-29',
    'not_after=2027-01-31T00:00:00Z',
    'not_after=0000-01-01',
    'not_after=2027-01-31T24:00:00Z',
  ],
  ...[...hashes, `${hashes[0]}c`, hashes[0]?.slice(1) ?? '', 'SHA256:0', 'sha256:', 'x', 'ü', '.x', 'I'.repeat(65)],
  ...['#', '# c', '#x', '\u007f', '\0', '\r', '\v', '\u00a0', '\u0085', '\u2028', '\u0001'],
];
const rest = fc
  .array(fc.tuple(fc.constantFrom(' ', '\t', ' ', ' \t ', ''), fc.constantFrom(...words)), { maxLength: 3 })
  .map((parts) => parts.flat().join(''));
const keyLine = fc
  .tuple(
    fc.constantFrom('', '', ' ', '\t', '#'),
    fc.constantFrom('x', 'mobile', 'a@b.c', 'I'.repeat(64)),
    fc.constantFrom(' ', '\t ', ' ', ''),
    fc.constantFrom(...hashes, hashes[0]?.toUpperCase().replace('SHA', 'sha') ?? ''),
    rest,
    fc.constantFrom('', ' ', '\t', ' # c', '\r', ' \r', '\r\r'),
  )
  .map((parts) => parts.join(''));
const file = fc
  .tuple(
    fc.array(fc.oneof({ arbitrary: keyLine, weight: 4 }, rest), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('\n', '\n', '\r\n'),
    fc.constantFrom('', '\n', '\n\n'),
  )
  .map(([lines, feed, end]) => lines.join(feed) + end);

let gateway: LuaGateway;

beforeAll(async () => {
  gateway = await startLuaGateway({
    release: nginxReleases[0],
    data: '{}',
    // Each text follows its length and a line break.
    server: `client_max_body_size 16m;
      client_body_buffer_size 16m;
      location / {
        content_by_lua_block {
          local parse = require("openclaw.callers.key_file").parse
          ngx.req.read_body()
          local body, at = ngx.req.get_body_data(), 1
          while at <= #body do
            local length, start = body:match("^(%d+)\\n()", at)
            at = start + length
            local parsed = parse(body:sub(start, at - 1))
            ngx.say(parsed and parsed.count or 0)
          end
        }
      }`,
  });
});
afterAll(() => gateway?.stop());

test('the gateway and the command line take the same key files', async () => {
  const texts = fc.sample(file, { numRuns: 20_000, seed: 1 });
  const body = texts.map((text) => `${Buffer.byteLength(text)}\n${text}`).join('');
  const response = await fetch(gateway.url, { method: 'POST', body });
  const inLua = (await response.text()).trimEnd().split('\n').map(Number);
  const inTypeScript = texts.map((text) => {
    const { value, diagnostics } = parseKeyFile(text, 'apps.keys');
    return diagnostics.length > 0 ? 0 : value.lines.length;
  });
  expect(inLua.filter((count) => count > 0).length).toBeGreaterThan(1_000);
  const differences = texts.filter((_, index) => inLua[index] !== inTypeScript[index]);
  expect(differences.slice(0, 5)).toEqual([]);
});
