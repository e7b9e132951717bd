import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from '../../helpers/http-client.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type LuaGateway, startLuaGateway } from '../lua-gateway.ts';

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const line = (id: string, key: string, attributes = '') => `${id} sha256:${hashOf(key)} ${attributes}\n`;

const mobile = "oc-mobile_~!#%&'()*+,/:;=?@[]";
const batch = 'oc-batch';
const longest = 'k'.repeat(4096);
const inQuery = encodeURIComponent(mobile);

type Headers = readonly (readonly [name: string, value: string])[];
const bearer = (key: string): Headers => [['Authorization', `Bearer ${key}`]];
const header = (key: string): Headers => [['X-API-Key', key]];
const protocols = (value: string): Headers => [['Sec-WebSocket-Protocol', value]];
const many: Headers = Array.from({ length: 120 }, (_, index) => [`X-Other-${index}`, '1'] as const);

/** At the map `all`, which looks at bearer, X-API-Key, websocket and `key` in the query, in this order. */
const callers: [name: string, target: string, headers: Headers, want: string][] = [
  ['no key', '/', [], 'missing'],
  ['a bearer token', '/', bearer(mobile), 'mobile'],
  ['a bearer token in another spelling', '/', [['authorization', `bEARER   ${mobile}`]], 'mobile'],
  ['a wrong bearer token', '/', bearer('oc-wrong'), 'unknown'],
  ['a key in another case', '/', bearer(batch.toUpperCase()), 'unknown'],
  ['the hash instead of the key', '/', bearer(hashOf(batch)), 'unknown'],
  ['a bearer token with a blank inside', '/', bearer(`${batch} x`), 'unknown'],
  ['a bearer token of other than ASCII', '/', bearer('oc-b\u00e4tch'), 'unknown'],
  ['the longest key', '/', bearer(longest), 'long'],
  ['a key that is too long', '/', bearer(`${longest}k`), 'unknown'],
  ['an empty bearer token', '/', bearer(''), 'missing'],
  ['a scheme that only begins so', '/', [['Authorization', `BearerX ${batch}`]], 'missing'],
  ['another scheme', '/', [['Authorization', `Basic ${batch}`]], 'missing'],
  ['another scheme and a header', '/', [['Authorization', 'Basic eDp5'], ...header(batch)], 'batch'],
  ['a header', '/', header(mobile), 'mobile'],
  ['a header after 120 others', '/', [...many, ...header(batch)], 'batch'],
  ['an empty header and a query', `/?key=${batch}`, header(''), 'batch'],
  ['a wrong bearer token and a right header', '/', [...bearer('oc-wrong'), ...header(batch)], 'unknown'],
  ['a right bearer token and a wrong header', '/', [...bearer(batch), ...header('oc-wrong')], 'batch'],
  ['a header and another key in the query', `/?key=${inQuery}`, header(batch), 'batch'],
  ['a subprotocol', '/', protocols(`realtime, openai-insecure-api-key.${batch}, openai-beta.realtime-v1`), 'batch'],
  ['a subprotocol of the other name', '/', protocols(`realtime,api-key.${batch}`), 'batch'],
  ['a subprotocol that only ends so', '/', protocols(`realtime, x-api-key.${batch}`), 'missing'],
  ['a subprotocol without a key', '/', protocols('realtime, api-key.'), 'missing'],
  ['two keys as subprotocols', '/', protocols(`api-key.${batch}, openai-insecure-api-key.${batch}`), 'unknown'],
  ['other subprotocols', '/', protocols('realtime'), 'missing'],
  ['a query', `/?key=${inQuery}`, [], 'mobile'],
  ['a query among others', `/?a=1&xkey=2&key=${batch}&key2=3`, [], 'batch'],
  [
    'a query that is encoded throughout',
    `/?key=${batch.replace(/./g, (char) => `%${char.charCodeAt(0).toString(16)}`)}`,
    [],
    'batch',
  ],
  ['a query that is encoded twice', `/?key=${encodeURIComponent(inQuery)}`, [], 'unknown'],
  ['a query with a plus for a blank', `/?key=${batch}+`, [], 'unknown'],
  ['a query with a line break', `/?key=${batch}%0a`, [], 'unknown'],
  ['a query with a NUL', `/?key=${batch}%00`, [], 'unknown'],
  ['two queries', `/?key=${batch}&key=${batch}`, [], 'unknown'],
  ['an empty query and another', `/?key=&key=${batch}`, [], 'unknown'],
  ['an empty query', '/?key=', [], 'missing'],
  ['a query in another case', `/?KEY=${batch}`, [], 'missing'],
  ['a query whose name only ends so', `/?monkey=${batch}`, [], 'missing'],
  ['a query whose name only begins so', `/?keys=${batch}`, [], 'missing'],
  ['a query that is another value', `/?a=key=${batch}`, [], 'missing'],
  ['a key that has ended', '/', bearer('oc-ended'), 'expired'],
  ['a key that has not begun', '/', bearer('oc-coming'), 'not_yet_valid'],
  ['a key between its times', '/', bearer('oc-now'), 'now'],
  ['a key of the second file', '/', bearer('oc-second'), 'second'],
];

const files: Readonly<Record<string, string>> = {
  'keys/apps.keys': [
    line('mobile', mobile),
    line('batch', batch),
    line('long', longest),
    line('nobody', ''),
    line('longer', `${longest}k`),
    line('ended', 'oc-ended', 'not_after=2020-01-01'),
    line('coming', 'oc-coming', 'not_before=9999-12-31T23:59:59Z'),
    line('now', 'oc-now', 'not_before=2020-01-01 not_after=9999-12-31'),
  ].join(''),
  'keys/more.keys': line('second', 'oc-second') + line('other', batch),
  'keys/wrong.keys': 'wrong\n',
};

const data = `{ key_maps = {
  all = { sources = {
    { kind = "bearer" }, { kind = "header", variable = "http_x_api_key" }, { kind = "websocket" }, { kind = "query", name = "key" },
  }, files = { { path = "keys/apps.keys", label = "a" }, { path = "keys/more.keys", label = "b" } } },
  bearer = { sources = { { kind = "bearer" } }, files = { { path = "keys/apps.keys", label = "a" } } },
  half = { sources = { { kind = "bearer" } }, files = { { path = "keys/wrong.keys", label = "c" }, { path = "keys/more.keys", label = "b" } } },
  none = { sources = { { kind = "bearer" } }, files = { { path = "keys/wrong.keys", label = "c" }, { path = "keys/absent.keys", label = "d" } } },
} }`;

describe.each(nginxReleases)('a key map on nginx %s', (release) => {
  let gateway: LuaGateway;

  beforeAll(async () => {
    gateway = await startLuaGateway({
      release,
      data,
      files,
      http: 'large_client_header_buffers 8 32k;',
      server: ['all', 'bearer', 'half', 'none']
        .map(
          (name) => `location /${name}/ {
            content_by_lua_block {
              local entry, detail = require("openclaw.callers.key_maps").identify("${name}")
              ngx.print(entry and entry.id .. " " .. detail or detail)
            }
          }`,
        )
        .join('\n'),
    });
  });
  afterAll(() => gateway?.stop());

  async function identify(map: string, target: string, headers: Headers): Promise<string> {
    return (await request({ port: gateway.port, path: `/${map}${target}`, headers })).text;
  }

  test.each(callers)('takes %s as it should', async (_, target, headers, want) => {
    expect((await identify('all', target, headers)).split(' ')[0]).toBe(want);
  });

  test('gives the hash of the key', async () => {
    expect(await identify('all', '/', bearer(mobile))).toBe(`mobile ${hashOf(mobile)}`);
  });

  test('looks only where it is told to', async () => {
    expect(await identify('bearer', `/?key=${batch}`, header(batch))).toBe('missing');
    expect(await identify('bearer', '/', bearer('oc-second'))).toBe('unknown');
  });

  test('works with the files that could be loaded, and says when none could', async () => {
    expect(await identify('half', '/', bearer(batch))).toMatch(/^other /);
    expect(await identify('half', '/', bearer(mobile))).toBe('unknown');
    expect(await identify('none', '/', bearer(batch))).toBe('unavailable');
    expect(await identify('none', '/', [])).toBe('missing');
  });

  test('puts no key and no hash into the log', async () => {
    const log = await gateway.errorLog();
    for (const key of [mobile, batch]) {
      expect(log).not.toContain(`Bearer ${key}`);
      expect(log).not.toContain(hashOf(key).slice(0, 16));
    }
  });
});
