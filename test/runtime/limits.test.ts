import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import type { Response } from '../helpers/http-client.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { signToken } from '../lua/callers/jwt-sign.ts';

/** Rates are so slow that nothing comes back while a test runs: what passes is the burst and one more. */
const zones = `
rate_zones:
  per_ip: { key: ip, rate: 1r/m, burst: 2 }
  per_client: { key: client, rate: 1r/m, burst: 1, tiers: { gold: { rate: 2r/m, burst: 3 }, staff: unlimited } }
  per_org: { key: { claim: realm.org }, rate: 1r/m, burst: 1 }
  per_user: { key: { header: X-User }, rate: 1r/m, burst: 1 }
  per_team: { key: { query: team }, rate: 1r/m, burst: 1 }
  per_route: { key: route, rate: 1r/m, burst: 1 }
  whole: { key: gateway, rate: 1r/m, burst: 1 }
  usual: { key: ip, rate: 4r/m }
  quick: { key: ip, rate: 7r/s, burst: 0 }
  slowed: { key: ip, rate: 5r/s, burst: 4, delay: true }
  partly: { key: ip, rate: 5r/s, burst: 4, delay: 2 }
`;

const keys = [
  ...['mobile', 'mobile-next', 'shop', 'guest', 'other', 'third', 'narrow', 'both', 'sender', 'reader'],
  ...['golden', 'member', 'neighbour', 'typist', 'passer'],
] as const;
type Name = (typeof keys)[number];
const keyOf = (name: Name): string => `oc-limits-${name}-0123456789abcdef`;
const secret = 'a-shared-secret-of-more-than-32-bytes-0123456789';
const password = '$6$abc$MtSdWSZbhct2oe.SOqOUM2M/GA/uj5.vyVtJgRHgKi9uqXuWuJqOYE7H/YlsYGVg/YYzDV0xt3fEIwYt580.5.';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

function specOf(port: number): string {
  const client = (name: Name, more = ''): string => `      - { id: ${name}, key: "${hashOf(keyOf(name))}"${more} }`;
  return `
version: 1
server:
  listen: { http: "127.0.0.1:${port}" }
  trusted_proxies: [127.0.0.0/8]
  response_headers: { X-Door: test }
  max_body_size: 1k
${zones}
key_maps:
  apps:
    clients:
      - { id: mobile, key: ["${hashOf(keyOf('mobile'))}", "${hashOf(keyOf('mobile-next'))}"] }
${(['shop', 'guest', 'other', 'third', 'both', 'sender', 'reader', 'neighbour', 'typist', 'passer'] as const).map((name) => client(name)).join('\n')}
${client('narrow', ', routes: [clients]')}
${client('golden', ', tier: gold')}
${client('member', ', tier: staff')}
jwt:
  login: { from: header X-Token, keys: { secret: env:JWT_SECRET }, issuer: login, audience: llm, tier: plan }
basic_auth:
  people: { users: { ann: "${password}", bob: "${password}" } }
upstreams:
  llm: ["127.0.0.1:${upstream.port}"]
routes:
  - { name: addresses, path: /addresses/, upstream: llm, auth: none, limits: per_ip }
  - { name: claude, path: /claude/, upstream: llm, auth: none, limits: [per_ip], api: anthropic }
  - { name: gemini, path: /gemini/, upstream: llm, auth: none, limits: [per_ip], api: gemini }
  - { name: usual, path: /usual/, upstream: llm, auth: none, limits: [usual] }
  - { name: quick, path: /quick/, upstream: llm, auth: none, limits: [quick] }
  - { name: slowed, path: /slowed/, upstream: llm, auth: none, limits: [slowed] }
  - { name: partly, path: /partly/, upstream: llm, auth: none, limits: [partly] }
  - { name: clients, path: /clients/, upstream: llm, auth: apps, limits: [per_client] }
  - { name: clients-too, path: /clients-too/, upstream: llm, auth: apps, limits: [per_client] }
  - { name: unlimited, path: /unlimited/, upstream: llm, auth: apps, limits: [] }
  - { name: guarded, path: /guarded/, upstream: llm, auth: apps, limits: [per_ip, per_client] }
  - { name: tokens, path: /tokens/, upstream: llm, auth: login, limits: [per_client] }
  - { name: orgs, path: /orgs/, upstream: llm, auth: [login, apps], limits: [per_org] }
  - { name: bound, path: /bound/, upstream: llm, auth: { all: [apps, login] }, limits: [per_org] }
  - { name: users, path: /users/, upstream: llm, auth: apps, limits: [per_user] }
  - { name: visitors, path: /visitors/, upstream: llm, auth: none, limits: [per_user] }
  - { name: teams, path: /teams/, upstream: llm, auth: none, limits: [per_team] }
  - { name: mixed, path: /mixed/, upstream: llm, auth: [apps, people], limits: [per_client] }
  - { name: one, path: /one/, upstream: llm, auth: none, limits: [per_route] }
  - { name: two, path: /two/, upstream: llm, auth: none, limits: [per_route] }
  - { name: whole-one, path: /whole/one, upstream: llm, auth: none, limits: [whole] }
  - { name: whole-two, path: /whole/two, upstream: llm, auth: none, limits: [whole] }
  - { name: small, path: /entry/, match: { header: { X-Small: "1" } }, upstream: llm, auth: none, limits: [per_ip], max_body_size: 10 }
  - { name: senders, path: /entry/, match: { method: POST }, upstream: llm, auth: apps, limits: [per_client] }
  - { name: readers, path: /entry/, upstream: llm, auth: apps, limits: [per_ip, per_client] }
  - { name: only-get, path: /only-get/, match: { method: GET }, upstream: llm, auth: none, limits: [per_ip] }
`;
}

interface Ask {
  readonly address?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

let addresses = 0;
/** Nobody else's. */
const newAddress = (): string => `198.51.${Math.floor(++addresses / 250)}.${(addresses % 250) + 1}`;

describe.each(nginxReleases)('limits on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      workers: 2,
      ports: [port],
      spec: specOf(port),
      secrets: keys.map(keyOf),
      env: { JWT_SECRET: secret },
    });
  });
  afterAll(() => gateway?.stop());

  function ask(path: string, { address = newAddress(), key, headers, body }: Ask = {}): Promise<Response> {
    return gateway.send({
      path,
      headers: { 'X-Forwarded-For': address, ...(key !== undefined && { Authorization: `Bearer ${key}` }), ...headers },
      ...(body !== undefined && { body }),
    });
  }

  /** Statuses of so many requests, one after the other. */
  async function statuses(count: number, path: string, options: Ask = {}): Promise<readonly number[]> {
    const found: number[] = [];
    for (let index = 0; index < count; index++) found.push((await ask(path, options)).status);
    return found;
  }

  const token = (claims: object): Ask => ({
    headers: {
      'X-Token': signToken({
        algorithm: 'HS256',
        key: secret,
        claims: { iss: 'login', aud: 'llm', exp: Math.floor(Date.now() / 1000) + 600, ...claims },
      }),
    },
  });
  const basic = (user: string, given = 'pw'): Ask['headers'] & {} => ({
    Authorization: `Basic ${Buffer.from(`${user}:${given}`).toString('base64')}`,
  });

  test('each address has a count of its own: its burst and one more pass', async () => {
    const address = newAddress();
    expect(await statuses(5, '/addresses/', { address })).toEqual([200, 200, 200, 429, 429]);
    expect((await ask('/addresses/')).status).toBe(200);
  });

  test('the addresses of one IPv6 network have one count', async () => {
    const network = `2001:db8:${release.replace('.', '')}:1`;
    const found = [];
    for (const end of ['::1', '::2', 'a:b:c:d', '::1']) {
      const address = end.startsWith('::') ? `${network}${end}` : `${network}:${end}`;
      found.push((await ask('/addresses/', { address })).status);
    }
    expect(found).toEqual([200, 200, 200, 429]);
    expect((await ask('/addresses/', { address: `2001:db8:${release.replace('.', '')}:2::1` })).status).toBe(200);
  });

  test.each([
    [
      '/addresses/',
      { message: 'Too many requests. Try again later.', type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    ],
    ['/claude/', { type: 'rate_limit_error', message: 'Too many requests. Try again later.' }],
    ['/gemini/', { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Too many requests. Try again later.' }],
  ])('a refusal on %s speaks the API of its route and says when to come back', async (path, error) => {
    const address = newAddress();
    const before = upstream.requests.length;
    expect(await statuses(3, path, { address })).toEqual([200, 200, 200]);
    const response = await ask(path, { address });
    expect(response.status).toBe(429);
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      // nginx counts in thousandths of requests a second, of which one a minute has 16.
      'retry-after': '63',
      'x-door': 'test',
    });
    expect(response.json().error).toMatchObject(error);
    expect(upstream.requests.length - before).toBe(3);
    const line = await gateway.logged((entry) => entry.client === address && entry.status === 429);
    expect(line).toMatchObject({ limited: 'REJECTED', upstream_status: '' });
  });

  test('a limit by the second says 1, and one of several limits the slowest', async () => {
    const address = newAddress();
    await ask('/quick/', { address });
    expect((await ask('/quick/', { address })).headers['retry-after']).toBe('1');
    const options = { address: newAddress(), key: keyOf('both') };
    expect(await statuses(2, '/guarded/', options)).toEqual([200, 200]);
    expect((await ask('/guarded/', options)).headers['retry-after']).toBe('63');
  });

  test('without `burst` as many pass at once as the rate names', async () => {
    const address = newAddress();
    expect(await statuses(6, '/usual/', { address })).toEqual([200, 200, 200, 200, 429, 429]);
  });

  test('all workers count together', async () => {
    const address = newAddress();
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask('/usual/', { address })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(26);
  });

  test.each([
    ['/slowed/', 800],
    ['/partly/', 400],
  ])('a burst on %s waits instead, and what is beyond it is refused', async (path, atLeast) => {
    const address = newAddress();
    const start = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => ({ ...(await ask(path, { address })), after: Date.now() - start })),
    );
    const passed = answers.filter(({ status }) => status === 200);
    expect(passed).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
    // 5r/s is one each 200 ms; timers may be a few ms early.
    expect(Math.max(...passed.map(({ after }) => after))).toBeGreaterThan(atLeast - 50);
    const quick = answers.filter(({ status, after }) => status === 200 && after < 150);
    expect(quick.length).toBeLessThan(5);
  });

  test('two clients at one address do not share, and one with two keys shares with itself, on every route', async () => {
    const address = newAddress();
    expect(await statuses(1, '/clients/', { address, key: keyOf('mobile') })).toEqual([200]);
    expect(await statuses(1, '/clients-too/', { address, key: keyOf('mobile-next') })).toEqual([200]);
    expect(await statuses(1, '/clients/', { address, key: keyOf('mobile') })).toEqual([429]);
    expect(await statuses(1, '/clients/', { key: keyOf('mobile-next') })).toEqual([429]);
    expect(await statuses(3, '/clients/', { address, key: keyOf('shop') })).toEqual([200, 200, 429]);
    expect(await statuses(4, '/unlimited/', { key: keyOf('mobile') })).toEqual([200, 200, 200, 200]);
    await gateway.logged(({ client_id, status }) => client_id === 'mobile' && status === 429);
  });

  test('a tier has a rate of its own, or none', async () => {
    expect(await statuses(5, '/clients/', { key: keyOf('golden') })).toEqual([200, 200, 200, 200, 429]);
    expect(await statuses(8, '/clients/', { key: keyOf('member') })).toEqual(Array(8).fill(200));
    expect(await statuses(5, '/tokens/', token({ sub: 'g', plan: 'gold' }))).toEqual([200, 200, 200, 200, 429]);
    expect(await statuses(3, '/tokens/', token({ sub: 's', plan: 'STAFF' }))).toEqual([200, 200, 429]);
    expect(await statuses(3, '/tokens/', token({ sub: 't', plan: '.*' }))).toEqual([200, 200, 429]);
  });

  test('callers whose tokens have one claim share a count', async () => {
    const acme = { realm: { org: 'acme' } };
    expect(await statuses(1, '/orgs/', token({ sub: 'ann', ...acme }))).toEqual([200]);
    expect(await statuses(2, '/orgs/', token({ sub: 'bob', ...acme }))).toEqual([200, 429]);
    expect(await statuses(1, '/orgs/', token({ sub: 'ann', realm: { org: 'other' } }))).toEqual([200]);
    expect(await statuses(1, '/orgs/', token({ sub: 'ann', realm: { org: 7 } }))).toEqual([200]);
  });

  test.each([
    ['has none', 'c', {}],
    ['has an empty one', 'd', { realm: { org: '' } }],
    ['has a list', 'e', { realm: { org: ['acme'] } }],
    ['has a long one', 'f', { realm: { org: 'x'.repeat(300) } }],
    ['has line breaks in it', 'g', { realm: { org: 'ac\nme' } }],
  ])('a token that %s counts for its bearer', async (_what, sub, claims) => {
    expect(await statuses(3, '/orgs/', token({ sub, ...claims }))).toEqual([200, 200, 429]);
    expect(await statuses(1, '/orgs/', token({ sub: `${sub}-other`, ...claims }))).toEqual([200]);
  });

  test('where there is no token at all, the client counts', async () => {
    expect(await statuses(3, '/orgs/', { key: keyOf('guest') })).toEqual([200, 200, 429]);
    expect(await statuses(1, '/orgs/', { key: keyOf('other') })).toEqual([200]);
    expect(await statuses(1, '/orgs/', token({ sub: 'x', realm: { org: 'client guest' } }))).toEqual([200]);
  });

  test('a claim counts where a key is needed too', async () => {
    const both = (sub: string, name: Name): Ask => ({ ...token({ sub, realm: { org: 'bound' } }), key: keyOf(name) });
    expect(await statuses(1, '/bound/', both('ann', 'guest'))).toEqual([200]);
    expect(await statuses(2, '/bound/', both('bob', 'other'))).toEqual([200, 429]);
  });

  test('a header counts, else the client, else the address', async () => {
    const user = (name: string, key: Name, address = newAddress()): Ask => ({
      address,
      key: keyOf(key),
      headers: { 'X-User': name },
    });
    expect(await statuses(1, '/users/', user('ann', 'guest'))).toEqual([200]);
    expect(await statuses(2, '/users/', user('ann', 'other'))).toEqual([200, 429]);
    expect(await statuses(1, '/users/', user('ANN', 'other'))).toEqual([200]);
    expect(await statuses(3, '/users/', { key: keyOf('third') })).toEqual([200, 200, 429]);
    expect(await statuses(1, '/users/', user('x'.repeat(257), 'third'))).toEqual([429]);
    expect(await statuses(1, '/users/', user('x'.repeat(256), 'third'))).toEqual([200]);
    expect(await statuses(1, '/users/', user('client guest', 'guest'))).toEqual([200]);
    const address = newAddress();
    expect(await statuses(3, '/visitors/', { address })).toEqual([200, 200, 429]);
    expect(await statuses(1, '/visitors/', { address, headers: { 'X-User': '' } })).toEqual([429]);
    expect(await statuses(1, '/visitors/')).toEqual([200]);
    expect(await statuses(1, '/visitors/', { address, headers: { 'X-User': 'zoe' } })).toEqual([200]);
  });

  test('a query argument counts, else the address', async () => {
    const address = newAddress();
    expect(await statuses(3, '/teams/?team=red', { address })).toEqual([200, 200, 429]);
    expect(await statuses(1, '/teams/?a=1&team=blue', { address })).toEqual([200]);
    expect(await statuses(3, '/teams/?team=', { address })).toEqual([200, 200, 429]);
    expect(await statuses(1, '/teams/', { address })).toEqual([429]);
  });

  test('a wrong key is counted by address, and by nothing else', async () => {
    const address = newAddress();
    expect(await statuses(4, '/guarded/', { address, key: 'oc-wrong' })).toEqual([401, 401, 401, 429]);
    expect(await statuses(1, '/guarded/', { address })).toEqual([429]);
    expect(await statuses(6, '/clients/', { address, key: 'oc-wrong' })).toEqual(Array(6).fill(401));
    expect(await statuses(1, '/clients/', { address, key: keyOf('neighbour') })).toEqual([200]);
    const eve = { address, headers: { 'X-User': 'eve' } };
    expect(await statuses(6, '/users/', { ...eve, key: 'oc-wrong' })).toEqual(Array(6).fill(401));
    expect(await statuses(2, '/users/', { ...eve, key: keyOf('neighbour') })).toEqual([200, 200]);
  });

  test('who is refused with 403 is not counted', async () => {
    expect(await statuses(4, '/clients-too/', { key: keyOf('narrow') })).toEqual([403, 403, 403, 403]);
    expect(await statuses(3, '/clients/', { key: keyOf('narrow') })).toEqual([200, 200, 429]);
  });

  test('who has a password is counted by address, and by no name that a request only claims', async () => {
    const address = newAddress();
    expect(await statuses(3, '/mixed/', { address, headers: basic('ann', 'wrong') })).toEqual([401, 401, 429]);
    expect(await statuses(2, '/mixed/', { headers: basic('ann') })).toEqual([200, 200]);
    expect(await statuses(1, '/mixed/', { headers: basic('ann') })).toEqual([200]);
    expect(await statuses(3, '/mixed/', { key: keyOf('typist') })).toEqual([200, 200, 429]);
    expect(await statuses(1, '/mixed/', { headers: basic('typist', 'wrong') })).toEqual([401]);
  });

  test('a route and the gateway have counts of their own', async () => {
    const all = [];
    for (const path of ['/one/', '/one/', '/one/', '/two/', '/whole/one', '/whole/two', '/whole/one'])
      all.push((await ask(path)).status);
    expect(all).toEqual([200, 200, 429, 200, 200, 200, 429]);
  });

  test('behind an entry each route has its own limits, and clients share theirs', async () => {
    const address = newAddress();
    const send = { address, key: keyOf('sender'), body: 'x' };
    expect(await statuses(3, '/entry/', send)).toEqual([200, 200, 429]);
    expect(await statuses(1, '/entry/', { address, key: keyOf('sender') })).toEqual([429]);
    expect(await statuses(2, '/entry/', { address, key: keyOf('reader') })).toEqual([200, 200]);
    const refused = await ask('/entry/', { ...send, body: 'a prompt' });
    expect(refused.json().error.code).toBe('rate_limit_exceeded');
    const before = upstream.requests.length;
    await ask('/entry/', { key: keyOf('passer'), body: 'the whole prompt' });
    expect(upstream.requests[before]?.body.toString()).toBe('the whole prompt');
  });

  test('other errors keep their pages on routes with limits', async () => {
    for (const [path, options, code] of [
      ['/addresses/', { body: 'x'.repeat(2000) }, 'request_too_large'],
      ['/entry/', { headers: { 'X-Small': '1' }, body: 'more than ten bytes' }, 'request_too_large'],
      ['/entry/', { key: 'oc-wrong' }, 'invalid_credential'],
      ['/only-get/', { body: 'x' }, 'not_found'],
    ] as const)
      expect((await ask(path, options)).json().error.code).toBe(code);
  });
});
