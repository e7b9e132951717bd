import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import { hashOf } from '../helpers/keys.ts';
import type { RecordedRequest } from '../helpers/mock/recorded-request.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

const key = {
  mobile: 'oc-Mobile-7f3aAbCdEf0123456789',
  mobileNext: 'oc-Mobile-second-0123456789ab',
  batch: 'oc-batch-1e55c0ffee0123456789',
  past: 'oc-past-0123456789abcdef012345',
  future: 'oc-future-0123456789abcdef0123',
  ended: 'oc-ended-key-0123456789abcdef0',
  elsewhere: 'oc-elsewhere-0123456789abcdef',
  claude: 'oc-claude-0123456789abcdef01234',
} as const;
const provider = {
  OPENAI: 'sk-provider-openai-0001',
  MOBILE: 'sk-provider-mobile-0002',
  PREMIUM: 'sk-provider-premium-0003',
  ROUTE: 'sk-provider-route-0004',
  ANTHROPIC: 'sk-provider-anthropic-0005',
  GEMINI: 'sk-provider-gemini-0006',
} as const;
const clientSecrets: readonly string[] = Object.values(key);

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

type Headers = readonly (readonly [name: string, value: string])[];
type Carrier = readonly [name: string, headers: Headers, query?: string];

function byName([name, headers, query]: Carrier) {
  return { name, headers, query };
}

/** Where a request may carry a key, each with what goes over the wire. */
const places: readonly Carrier[] = [
  ['Authorization: Bearer', [['Authorization', `Bearer ${key.mobile}`]]],
  ['bearer in lower case', [['authorization', `bearer ${key.mobile}`]]],
  ['BEARER and two blanks', [['AUTHORIZATION', `BEARER  ${key.mobile}`]]],
  ['x-api-key', [['x-api-key', key.mobile]]],
  ['X-API-KEY in other case', [['X-aPi-KEY', key.mobile]]],
  ['api-key', [['api-key', key.mobile]]],
  ['a header of one’s own', [['X-Client-API-Key', key.mobile]]],
  ['blanks around the value', [['x-api-key', `  ${key.mobile}  `]]],
  ['a websocket subprotocol', [['Sec-WebSocket-Protocol', `realtime, openai-insecure-api-key.${key.mobile}`]]],
  ['a query argument', [], `key=${key.mobile}`],
  ['a query argument among others', [], `a=1&key=${key.mobile}&b=2`],
  [
    'the 121st header',
    [...Array.from({ length: 120 }, (_, at) => [`X-F-${at}`, 'x'] as const), ['x-api-key', key.mobile]],
  ],
];

/** What is no key of ours, and must be answered with 401. */
const refused: readonly Carrier[] = [
  ['nothing', []],
  ['an unknown key', [['x-api-key', 'oc-unknown-0123456789']]],
  ['the key in other case', [['x-api-key', key.mobile.toLowerCase()]]],
  ['a key and more', [['x-api-key', `${key.mobile}x`]]],
  ['a part of a key', [['x-api-key', key.mobile.slice(0, -1)]]],
  ['the hash of the key', [['x-api-key', hashOf(key.mobile).slice(7)]]],
  ['the hash with its prefix', [['x-api-key', hashOf(key.mobile)]]],
  ['an empty key', [['x-api-key', '']]],
  ['an empty bearer', [['Authorization', 'Bearer ']]],
  ['the key as Basic', [['Authorization', `Basic ${Buffer.from(`${key.mobile}:`).toString('base64')}`]]],
  ['the key without a scheme', [['Authorization', key.mobile]]],
  ['the key in a cookie', [['Cookie', `key=${key.mobile}; x-api-key=${key.mobile}`]]],
  ['the key in a header nobody named', [['X-Key', key.mobile]]],
  ['the key in an argument nobody named', [], `apikey=${key.mobile}`],
  ['the argument in other case', [], `KEY=${key.mobile}`],
  ['the argument twice', [], `key=${key.mobile}&key=${key.mobile}`],
  ['a key of 16 kB', [['x-api-key', 'k'.repeat(15_000)]]],
  ['two keys in one value', [['x-api-key', `${key.mobile}, ${key.mobile}`]]],
  ['a key inside of blanks', [['x-api-key', `${key.mobile.slice(0, 5)} ${key.mobile.slice(5)}`]]],
  ['a tab behind the key', [['x-api-key', `${key.mobile}\t`]]],
  ['bytes beyond ASCII', [['x-api-key', `${key.mobile}\u00e9`]]],
  ['a header with underscores', [['x_api_key', key.mobile]]],
  [
    'an unknown key where the first place is, a good one behind',
    [
      ['Authorization', 'Bearer oc-wrong-0123456'],
      ['api-key', key.mobile],
    ],
  ],
  ['an expired client', [['x-api-key', key.past]]],
  ['a client of the future', [['x-api-key', key.future]]],
  ['an ended key of a client with a newer one', [['x-api-key', key.ended]]],
];

describe.each(nginxReleases)('keys on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const address = `http://127.0.0.1:${upstream.port}`;
    gateway = await startGateway({
      release,
      ports: [port],
      secrets: clientSecrets,
      env: provider,
      spec: `
version: 1
server:
  listen: { http: "127.0.0.1:${port}" }
address_lists:
  nowhere: [203.0.113.0/24]
key_maps:
  apps:
    from: [bearer, x-api-key, api-key, header X-Client-API-Key, websocket, query key]
    clients:
      - { id: mobile, key: ["${hashOf(key.mobile)}", "${hashOf(key.mobileNext)}", { hash: "${hashOf(key.ended)}", not_after: 2020-01-01 }] }
      - { id: batch, key: "${hashOf(key.batch)}", tier: premium, routes: [chat, claude], upstreams: [openai] }
      - { id: past, key: "${hashOf(key.past)}", not_after: 2020-01-01 }
      - { id: future, key: "${hashOf(key.future)}", not_before: 2099-01-01T12:00:00Z }
      - { id: elsewhere, key: "${hashOf(key.elsewhere)}", addresses: nowhere }
  claude:
    from: x-api-key
    clients: [{ id: claude-app, key: "${hashOf(key.claude)}", addresses: [127.0.0.0/8, "::1"] }]
upstreams:
  openai:
    servers: ["${address}"]
    credential:
      from: env:OPENAI
      for:
        - { client: mobile, from: env:MOBILE }
        - { tier: premium, from: env:PREMIUM }
        - { route: special, from: env:ROUTE }
  anthropic: { provider: anthropic, servers: ["${address}"], credential: { from: env:ANTHROPIC, hosts: [127.0.0.1] } }
  gemini: { provider: gemini, servers: ["${address}"], credential: { from: env:GEMINI, hosts: [127.0.0.1] } }
routes:
  - { name: chat, path: /v1/, upstream: openai, auth: apps, websocket: true }
  - { name: other, path: /other/, upstream: openai, auth: [apps, claude] }
  - { name: special, path: /special/, upstream: openai, auth: claude }
  - { name: claude, path: /claude/, upstream: anthropic, auth: [claude, apps] }
  - { name: google, path: /google/, upstream: gemini, auth: apps }
  - { name: open, path: /open/, upstream: openai, auth: none }
  - { name: split-a, path: /split/, upstream: openai, auth: apps, match: { header: { X-Side: a } } }
  - { name: split-b, path: /split/, upstream: openai, auth: claude }
`,
    });
  });
  afterAll(() => gateway.stop());

  function ask(path: string, headers: Headers, query?: string) {
    return exchange(gateway, upstream, { path: `${path}${query === undefined ? '' : `?${query}`}`, headers });
  }

  /** Nothing that a client showed may be anywhere in what the upstream got. */
  function expectNoClientSecret(received: RecordedRequest | undefined): void {
    const all = JSON.stringify([received?.url, received?.rawHeaders, received?.body.toString('latin1')]);
    for (const secret of clientSecrets) expect(all).not.toContain(secret);
  }

  test.each(places.map(byName))('takes a key from $name', async ({ headers, query }) => {
    const { response, received } = await ask('/v1/models', headers, query);
    expect(response.status).toBe(200);
    expect(received?.headers.authorization).toBe(`Bearer ${provider.MOBILE}`);
    expect(received?.rawHeaders.filter(([name]) => name.toLowerCase() === 'authorization')).toHaveLength(1);
    expect(received?.headers['x-api-key']).toBeUndefined();
    expect(received?.headers['api-key']).toBeUndefined();
    expect(received?.headers['x-client-api-key']).toBeUndefined();
    expectNoClientSecret(received);
  });

  test.each(refused.map(byName))('refuses $name', async ({ headers, query }) => {
    const { response, received } = await ask('/v1/models', headers, query);
    expect(response.status).toBe(401);
    expect(received).toBeUndefined();
    expect(response.headers['www-authenticate']).toBe('Bearer realm="openclaw"');
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.json().error).toMatchObject({ type: 'authentication_error', param: null });
  });

  test('tells an expired key from a wrong one, and a missing one from both', async () => {
    const codeOf = async (headers: Headers) => (await ask('/v1/models', headers)).response.json().error.code;
    expect(await codeOf([])).toBe('missing_credential');
    expect(await codeOf([['x-api-key', 'oc-wrong']])).toBe('invalid_credential');
    expect(await codeOf([['x-api-key', key.past]])).toBe('expired_credential');
    expect(await codeOf([['x-api-key', key.future]])).toBe('credential_not_yet_valid');
  });

  test('takes several keys of one client at a time', async () => {
    for (const one of [key.mobile, key.mobileNext]) {
      const { response, received } = await ask('/v1/models', [['x-api-key', one]]);
      expect(response.status).toBe(200);
      expect(received?.headers.authorization).toBe(`Bearer ${provider.MOBILE}`);
    }
  });

  test('a doubled header is one key at most, and never reaches the upstream', async () => {
    const { response, received } = await ask('/v1/models', [
      ['x-api-key', key.mobile],
      ['x-api-key', 'oc-another'],
    ]);
    // nginx before 1.23 reads the first of two; later ones read both as one value, which is no key.
    expect(response.status).toBe(release === '1.22' ? 200 : 401);
    expectNoClientSecret(received);
  });

  test('NUL in a header is refused before anything else', async () => {
    const before = upstream.requests.length;
    const answer = await sendBytes({
      port: gateway.port,
      bytes: `GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-api-key: ${key.mobile}\0\r\n\r\n`,
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(upstream.requests.length).toBe(before);
  });

  test('who is known but may not do this gets 403, and not 401', async () => {
    for (const [path, one, code] of [
      ['/other/x', key.batch, 'route_not_allowed'],
      ['/v1/models', key.elsewhere, 'address_not_allowed'],
      ['/claude/v1/messages', key.batch, undefined],
    ] as const) {
      const { response, received } = await ask(path, [['x-api-key', one]]);
      expect(response.status).toBe(403);
      expect(received).toBeUndefined();
      expect(response.headers['www-authenticate']).toBeUndefined();
      if (code !== undefined) expect(response.json().error).toMatchObject({ type: 'permission_error', code });
    }
  });

  test.each([
    ['/claude/v1/messages', { type: 'error', error: { type: 'authentication_error' } }],
    ['/google/v1beta/models', { error: { code: 401, status: 'UNAUTHENTICATED' } }],
    ['/v1/models', { error: { type: 'authentication_error', code: 'missing_credential' } }],
  ])('answers in the error format of the API behind %s', async (path, body) => {
    const { response } = await ask(path, []);
    expect(response.status).toBe(401);
    expect(response.json()).toMatchObject(body);
  });

  test('a route with two key maps takes keys of either, one with another map none of ours', async () => {
    expect((await ask('/other/x', [['x-api-key', key.claude]])).response.status).toBe(200);
    expect((await ask('/other/x', [['x-api-key', key.mobile]])).response.status).toBe(200);
    expect((await ask('/special/x', [['x-api-key', key.mobile]])).response.status).toBe(401);
    expect((await ask('/v1/models', [['x-api-key', key.claude]])).response.status).toBe(401);
  });

  test('routes that share a path ask each for its own', async () => {
    const side = ['X-Side', 'a'] as const;
    expect((await ask('/split/x', [side, ['x-api-key', key.mobile]])).response.status).toBe(200);
    expect((await ask('/split/x', [side, ['x-api-key', key.claude]])).response.status).toBe(401);
    expect((await ask('/split/x', [['x-api-key', key.claude]])).response.status).toBe(200);
    expect((await ask('/split/x', [['x-api-key', key.mobile]])).response.status).toBe(401);
  });

  test.each([
    ['by client', '/v1/models', key.mobile, provider.MOBILE],
    ['by tier', '/v1/models', key.batch, provider.PREMIUM],
    ['by route', '/special/x', key.claude, provider.ROUTE],
    ['else the common one', '/other/x', key.claude, provider.OPENAI],
  ])('chooses the provider’s key %s', async (_name, path, one, wanted) => {
    const { received } = await ask(path, [['x-api-key', one]]);
    expect(received?.headers.authorization).toBe(`Bearer ${wanted}`);
  });

  test('a client’s key on a route that asks for none is dropped all the same', async () => {
    const { response, received } = await ask(
      '/open/x',
      [
        ['Authorization', `Bearer ${key.mobile}`],
        ['x-client-api-key', key.batch],
        ['cookie', `k=${key.mobile}`],
      ],
      `key=${key.mobile}&model=x`,
    );
    expect(response.status).toBe(200);
    expect(received?.url).toBe('/open/x?model=x');
    expect(received?.headers.authorization).toBe(`Bearer ${provider.OPENAI}`);
    expectNoClientSecret(received);
  });

  test('logs who called and no secret', async () => {
    await ask('/v1/models', [['x-api-key', key.mobile]], 'mark=1');
    await gateway.logged((line) => line.client_id === 'mobile' && line.status === 200);
    await gateway.logged((line) => line.client_id === '' && line.status === 401);
    const logs = (await gateway.accessLog()) + (await gateway.errorLog());
    for (const secret of [...clientSecrets, ...Object.values(provider)]) expect(logs).not.toContain(secret);
    for (const one of Object.values(key)) expect(logs).not.toContain(hashOf(one).slice(7));
  });

  test('says when keys were last read', async () => {
    const { files } = (await gateway.send({ path: '/openclaw/health' })).json();
    expect(files.map((file: { name: string }) => file.name)).toContain('keys/apps.keys');
    for (const file of files) expect(file).toMatchObject({ ok: true, loaded: expect.stringMatching(/^20\d\d-.*Z$/) });
  });
});
