import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { queryReaders, readInPython } from '../helpers/readers/query-readers.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const ambiguous = (type = 'invalid_request_error') => expect.objectContaining({ code: 'ambiguous_request', type });

const gateways = nginxReleases.flatMap((release) => [false, true].map((plain) => ({ release, plain })));

describe.each(gateways)('arguments on nginx $release, without Lua: $plain', ({ release, plain }) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const route = (name: string, path: string, more = '') =>
      `  - { name: ${name}, path: ${path}, upstream: llm, auth: none, request_headers: { X-Route: ${name} }${more} }`;
    gateway = await startGateway({
      release,
      ...(plain && { target: 'plain' as const }),
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
${plain ? '' : `key_maps: { apps: { clients: [{ id: app, key: "${hashOf('oc-alike-0123456789abcdef')}" }] } }`}
rate_zones: { per_user: { key: { query: user }, rate: 1r/m, burst: 1 } }
upstreams:
  llm: ["127.0.0.1:${upstream.port}"]
  hashed: { servers: ["127.0.0.1:${upstream.port}"], balance: { hash: { query: session } } }
routes:
${route('open', '/q/', ', match: { query: { admin: false } }')}
${route('closed', '/q/')}
${route('small', '/m/', ', match: { query: { model: small } }')}
${route('other', '/m/')}
${route('odd', '/odd/', ', match: { query: { user_id: "a+b c" } }')}
${route('even', '/odd/', ', match: { query: { user_id: false } }')}
${route('both', '/both/', ', match: { query: { user: ann, User: bob, "user[id]": "7" } }')}
${route('lone', '/lone/', ', match: { query: { admin: true } }, api: anthropic')}
${route('free', '/free/')}
${route('counted', '/counted/', ', limits: per_user, api: gemini')}
  - { name: hashed, path: /hashed/, upstream: hashed, auth: none }
${plain ? '' : '  - { name: guarded, path: /guarded/, match: { query: { admin: false } }, upstream: llm, auth: none }\n  - { name: keys, path: /guarded/, upstream: llm, auth: apps }'}
`,
    });
  });
  afterAll(() => gateway?.stop());

  /** The route that the upstream was asked by, and the query that it got; else the status. */
  async function ask(
    path: string,
  ): Promise<{ status: number; route?: string | undefined; query?: string | undefined }> {
    const { response, received } = await exchange(gateway, upstream, { path });
    if (received === undefined) return { status: response.status };
    return { status: response.status, route: received.headers['x-route'], query: received.url.split('?')[1] ?? '' };
  }

  if (!plain)
    test('the condition that `auth` hangs on cannot be spelled away', async () => {
      const status = async (query: string) => (await gateway.send({ path: `/guarded/?${query}` })).status;
      expect(await status('x=1')).toBe(200);
      expect(await status('admin=1')).toBe(401);
      expect(await status('%61dmin=1')).toBe(401);
      expect(await status('%61d%6Di%6e')).toBe(401);
      expect(await status('a=b;admin=1')).toBe(400);
      expect(await status('Admin=1')).toBe(400);
    });

  test.each<[query: string, want: string | number]>([
    ['', 'open'],
    ['x=1', 'open'],
    ['x=admin&y=admin%3D1&z', 'open'],
    ['xadmin=1&adminx=1&ad-min=2', 'open'],
    ['&&x&', 'open'],
    ['a;b=c;d', 'open'],
    ['filter[a]=1&f[]=2&f.g=3', 'open'],
    ['%C3%A4dmin=1&admin%C3%A4=1', 'open'],
    ['admin', 'closed'],
    ['admin=', 'closed'],
    ['admin=1', 'closed'],
    ['x=1;2&admin=1&y=%3B', 'closed'],
    ['&&admin=1&&', 'closed'],
    ['%61dmin=1', 'closed'],
    ['%61%64%6d%69%6E=1', 'closed'],
    ['x&a%64min&y', 'closed'],
    ['admin=a%3Bb', 'closed'],
    ['admin=a=b', 'closed'],
    // a second one, in any spelling
    ['admin=1&admin=1', 400],
    ['admin&x&%61dmin', 400],
    ['admin=1&x=2&y=3&admin', 400],
    // `;` separates for some
    ['a=b;admin=1', 400],
    ['a;admin', 400],
    [';admin=1', 400],
    ['admin=1;x=2', 400],
    ['admin;', 400],
    ['admin=1&x;admin=2', 400],
    ['x&amp;admin=1', 400],
    // names that some servers take for it
    ['Admin=1', 400],
    ['%41DMIN', 400],
    ['admin[]=1', 400],
    ['admin%5B%5D=1', 400],
    ['[admin]=1', 400],
    ['admin.x=1', 400],
    ['+admin=1', 400],
    ['admin+=1', 400],
    ['%20admin%09=1', 400],
    ['admin%00x=1', 400],
    ['admin=1%00', 400],
    ['%2561dmin=1', 400],
    ['%25252561dmin=1', 400],
    ['%u0061dmin=1', 400],
    ['admin&Admin', 400],
  ])('?%s: %s', async (query, want) => {
    const got = await ask(`/q/${query === '' ? '' : `?${query}`}`);
    expect(got.route ?? got.status).toBe(want);
    if (typeof want === 'string') expect(got.query).toBe(query);
  });

  test.each<[query: string, want: string | number]>([
    ['model=small', 'small'],
    ['model=sm%61ll', 'small'],
    ['%6dodel=%73%6D%61ll', 'small'],
    ['model=big', 'other'],
    ['model=SMALL', 'other'],
    ['model=small%20', 'other'],
    ['model=sm%2561ll', 'other'],
    ['model=big&model=small', 400],
    ['model=small&model=small', 400],
    ['model=small;x', 400],
    ['models=small', 'other'],
  ])('a value: ?%s: %s', async (query, want) => {
    const got = await ask(`/m/?${query}`);
    expect(got.route ?? got.status).toBe(want);
  });

  test.each<[query: string, want: string | number]>([
    ['user_id=a%2Bb+c', 'odd'],
    ['user%5fid=a%2bb%20c', 'odd'],
    ['user=1', 'even'],
    ['user.id=1', 400],
    ['user+id=1', 400],
    ['user[id=1', 400],
  ])('what PHP makes a name of: ?%s: %s', async (query, want) => {
    const got = await ask(`/odd/?${query}`);
    expect(got.route ?? got.status).toBe(want);
  });

  test('arguments that a spec tells apart are told apart', async () => {
    const got = async (query: string) => (await ask(`/both/?${query}`)).status;
    expect(await got('user=ann&User=bob&user[id]=7')).toBe(200);
    expect(await got('us%65r=ann&%55ser=bob&user%5Bid%5D=7')).toBe(200);
    expect(await got('user=ann&User=ann&user[id]=7')).toBe(404);
    expect(await got('user=ann&User=bob&user[id]=7&USER=x')).toBe(400);
    expect(await got('user=ann&User=bob&user[id]=7&user=ann')).toBe(400);
  });

  test('the refusal speaks the API of the route', async () => {
    expect((await gateway.send({ path: '/q/?admin&admin' })).json()).toMatchObject({ error: ambiguous() });
    const lone = await gateway.send({ path: '/lone/?admin&admin' });
    expect(lone.status).toBe(400);
    expect(lone.headers['content-type']).toBe('application/json');
    expect(lone.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    const counted = await gateway.send({ path: '/counted/?user=a&user=b' });
    expect(counted.json()).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
    expect((await gateway.send({ path: '/hashed/?session=a&session=b' })).status).toBe(400);
    expect((await gateway.send({ path: '/hashed/?session=a&x=b' })).status).toBe(200);
  });

  test('where nothing depends on an argument, all pass as they are', async () => {
    for (const query of ['admin=1&admin=2', 'a;admin=1;b', 'admin[]=1&Admin=2', 'x=%zz&%u0061dmin&a%00b'])
      expect(await ask(`/free/?${query}`)).toEqual({ status: 200, route: 'free', query });
  });

  test('a limit counts a value however its name is spelled, and other spellings of the value for the caller', async () => {
    const statuses = async (...queries: readonly string[]) => {
      const found: number[] = [];
      for (const query of queries) found.push((await ask(`/counted/?${query}`)).status);
      return found;
    };
    expect(await statuses('user=ann', 'us%65r=ann', 'x=1&user=ann')).toEqual([200, 200, 429]);
    expect(await statuses('user=bob', 'user=b%C3%A4r', 'user=a%40b')).toEqual([200, 200, 200]);
    // all of these are the caller's own
    expect(await statuses('x=1', 'user=%61nn', 'user=a%6en', 'user=%61nn', 'user=b%c3%a4r')).toEqual([
      200, 200, 429, 429, 429,
    ]);
    expect(await statuses('user=ann&user=ann', 'User=ann')).toEqual([400, 400]);
  });

  test('no query makes PCRE give up for the better', async () => {
    const long = 15_000;
    for (const part of ['admi&', 'x;', '[', '+', '%25', 'a=b&', '&', ';', '%2561dmi&', 'admin%25']) {
      const filler = part.repeat(Math.floor(long / part.length));
      const got = await ask(`/q/?${filler}&admin=1`);
      expect([part, got.route === 'closed' || got.status === 400]).toEqual([part, true]);
      const twice = await ask(`/q/?admin=1&${filler}&admin=1`);
      expect([part, twice.status]).toEqual([part, 400]);
    }
  });

  test('whatever passes, no server reads it otherwise than the gateway', async () => {
    const pieces = [
      ...['admin', 'adm', 'in', 'a', 'model', '%61dmin', 'ADMIN', '%41dmin', 'admi%6E', '%2561dmin', '1', 'x'],
      ...['=', '=', '&', '&', ';', '[', ']', '[]', '.', '_', '+', '%20', '%00', '%3D', '%26', '%5B', '%25', '#'],
    ] as const;
    const passed: { query: string; isThere: boolean }[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), async (chosen) => {
        const { status, route, query } = await ask(`/q/?${chosen.join('')}`);
        if (route === undefined || query === undefined) {
          expect(status).toBe(400);
          return;
        }
        for (const [reader, read] of Object.entries(queryReaders))
          expect([query, reader, read(query, 'admin').length]).toEqual([query, reader, route === 'open' ? 0 : 1]);
        if (route === 'closed')
          expect([query, new Set(Object.values(queryReaders).map((read) => read(query, 'admin')[0])).size]).toEqual([
            query,
            1,
          ]);
        passed.push({ query, isThere: route === 'closed' });
      }),
      { numRuns: 400, examples: [[['admin']], [['x', '&', '%61dmin', '=', '1']], [['admi%6E', '=', ';']]] },
    );
    const python = readInPython(
      passed.map(({ query }) => query),
      'admin',
    );
    expect(python.map((values) => values.length)).toEqual(passed.map(({ isThere }) => (isThere ? 1 : 0)));
    expect(passed.filter(({ isThere }) => isThere).length).toBeGreaterThan(1);
  });
});
