import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addToKeyFile } from '../../src/keys/key-file/add.ts';
import { parseKeyFile } from '../../src/keys/key-file/key-file.ts';
import { type LuaGateway, startLuaGateway } from '../lua/lua-gateway.ts';
import { fresh } from './spec-texts.ts';

let gateway: LuaGateway;

beforeAll(async () => {
  gateway = await startLuaGateway({
    release: '1.22',
    data: '{}',
    server: `client_body_buffer_size 1m;
      location / {
        content_by_lua_block {
          ngx.req.read_body()
          local file, reason = require("openclaw.callers.key_file").parse(ngx.req.get_body_data() or "")
          ngx.print(file and "keys: " .. file.count or "refused: " .. reason)
        }
      }`,
  });
});
afterAll(() => gateway?.stop());

async function askGateway(text: string): Promise<string> {
  return (await fetch(gateway.url, { method: 'POST', body: text })).text();
}

/** What the gateway should say to the text, as far as the commands understand it. */
function judge(text: string): string {
  const { value, diagnostics } = parseKeyFile(text, 'apps.keys');
  const [first] = diagnostics;
  if (first?.span !== undefined) {
    const line = first.span.source.text.slice(0, first.span.start).split('\n').length;
    return `refused: line ${line}`;
  }
  return value.lines.length === 0 ? 'refused: has no keys' : `keys: ${value.lines.length}`;
}

const id = fc.oneof(
  { weight: 12, arbitrary: fc.stringMatching(/^[a-z][a-z0-9]{3,8}$/) },
  fc.constantFrom('A_.@-9', '-a', '.a', 'ü', 'i'.repeat(64), 'i'.repeat(65), '#a', 'sha256:a'),
);
const hash = fc.oneof(
  { weight: 14, arbitrary: fc.stringMatching(/^sha256:[0-9a-f]{64}$/) },
  fc.stringMatching(/^sha256:[0-9A-F]{64}$/),
  fc.constantFrom(
    'sha256:',
    `sha256:${'0'.repeat(65)}`,
    `SHA256:${'1'.repeat(64)}`,
    'sha1:00',
    `sha256:${'2'.repeat(64)}#`,
  ),
);
const address = fc.constantFrom(
  ...[
    '10.0.0.0/8',
    '10.1.2.3/8',
    '10.0.0.1',
    '::',
    '::/0',
    '2001:DB8::/32',
    'fe80::1',
    '::ffff:1.2.3.4/120',
    '0.0.0.0/0',
  ],
  ...[
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.1',
    '10.0.0.0/08',
    '::1/129',
    'fe80::1%eth0',
    '1.2.3.4/',
    '/8',
    'office',
    '1::2::3',
  ],
);
const time = fc.constantFrom(
  ...['2027-01-31', '2028-02-29', '2027-01-31T23:59:59Z', '1970-01-01', '9999-12-31'],
  ...[
    '2027-02-29',
    '2027-13-01',
    '2027-01-31T24:00:00Z',
    '2027-01-31T12:30Z',
    '2027-01-31T12:30:00',
    '27-01-31',
    '2027-1-31',
  ],
);
const text = fc.constantFrom(
  'chat',
  'a-b_9',
  'a,b',
  'a,',
  ',a',
  'A',
  '9',
  '',
  'gpt-4o*',
  '*',
  'a:b/c@d+e',
  'a#b',
  'ü',
  'x'.repeat(64),
);
const attribute = fc.oneof(
  fc
    .tuple(fc.constantFrom('tier', 'routes', 'upstreams', 'models', 'teir', 'Tier', ''), text)
    .map(([name, value]) => `${name}=${value}`),
  fc.array(address, { minLength: 1, maxLength: 2 }).map((items) => `addresses=${items.join(',')}`),
  fc.tuple(fc.constantFrom('not_before', 'not_after'), time).map(([name, value]) => `${name}=${value}`),
  fc.constantFrom('word', '# note', '#note', '#', '# \u0007', '# ü'),
);
const blank = fc.constantFrom(...Array<string>(9).fill(' '), '\t', '  ', ' \t ', '', '\u00a0', '\u000b');
const line = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('', '', ' '), id, blank, hash, fc.array(fc.tuple(blank, attribute), { maxLength: 2 }))
      .map(([start, who, between, what, more]) => [start, who, between, what, ...more.flat()].join('')),
  },
  fc.constantFrom('', '# note', '\t# note', '   ', '#', '\r', '# \u001b'),
);
const file = fc
  .tuple(fc.constantFrom('', '\ufeff'), fc.array(line, { maxLength: 3 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([mark, lines, lineBreak, hasEnd]) => mark + lines.join(lineBreak) + (hasEnd ? lineBreak : ''));

test('the commands take the key files that the gateway takes, and find its mistakes in the same lines', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(file, async (written) => {
      // The commands read files as text, without the mark.
      const verdict = judge(written.replace(/^\ufeff/, ''));
      expect((await askGateway(written)).startsWith(verdict)).toBe(true);
      if (verdict.startsWith('keys')) taken += 1;
    }),
    { numRuns: 600 },
  );
  expect(taken).toBeGreaterThan(40);
});

test('the gateway takes what `openclaw keys add` writes', async () => {
  const added = addToKeyFile(parseKeyFile('', 'apps.keys').value, {
    id: 'A_.@-9',
    hash: fresh,
    rights: [
      ['tier', 'premium'],
      ['routes', ['chat', 'embed']],
      ['upstreams', ['llama']],
      ['models', ['gpt-4o*', 'a:b/c@d+e']],
      ['addresses', ['10.0.0.0/8', '2001:DB8::/32']],
      ['not_before', '2027-01-31'],
      ['not_after', '2027-01-31T12:30:00Z'],
    ],
  });
  expect(await askGateway('value' in added ? added.value.text : expect.fail(added.problem.message))).toBe('keys: 1');
});
