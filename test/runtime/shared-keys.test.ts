import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import type { RecordedRequest } from '../helpers/mock/recorded-request.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

const names = ['first', 'second'] as const;
let servers: ModelServers<(typeof names)[number]>;
beforeAll(async () => {
  servers = await startModelServers(names);
});
beforeEach(() => servers.reset());
afterAll(() => servers.close());

const env = { ONE: 'sk-key-one-0123456789', TWO: 'sk-key-two-0123456789' };
const hasOne = (request: RecordedRequest) => request.headers.authorization === `Bearer ${env.ONE}`;
const clients = ['mallory', 'alice', 'bob', 'carol', 'dave'] as const;
type Client = (typeof clients)[number];
const keyOf = (client: Client) => `oc-${client}-0123456789abcdef0123`;

/** One upstream, two keys, several callers: what one of them does must not take the keys from the others. */
describe.each(nginxReleases)('item 6: shared keys on nginx %s', (release) => {
  /** Every test has upstreams of its own, for keys are remembered by upstream. */
  const upstreams = [
    'accounts',
    'endpoint',
    'evidence',
    'between',
    'paid',
    'place',
    'limit',
    'trial',
    'reload',
    'open',
  ];
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const pool = `{ provider: openai, servers: ["http://${servers.address('first')}"], tls: false,
        credential: { from: [env:ONE, env:TWO], hosts: [127.0.0.1] } }`;
    gateway = await startGateway({
      release,
      ports: [port],
      workers: 2,
      env,
      secrets: clients.map(keyOf),
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" }, trusted_proxies: [127.0.0.0/8] }
key_maps:
  apps:
    from: [bearer]
    clients: [${clients.map((id) => `{ id: ${id}, key: "${hashOf(keyOf(id))}" }`).join(', ')}]
upstreams:
  other: { servers: ["${servers.address('second')}"], breaker: false }
  ${upstreams.map((name) => `${name}: ${pool}`).join('\n  ')}
models: { "*": limit }
routes:
  ${upstreams.map((name) => `- { path: /${name}/, auth: ${name === 'open' ? 'none' : 'apps'}, upstream: ${name === 'limit' ? 'by_model' : name}, strip_prefix: /${name}${name === 'endpoint' ? ', fallback: other' : ''} }`).join('\n  ')}
`,
    });
  });
  afterAll(() => gateway?.stop());

  interface Ask {
    readonly path?: string;
    readonly method?: string;
    readonly model?: string;
    readonly headers?: readonly (readonly [string, string])[];
  }
  const ask = (route: string, client: Client, given: Ask = {}) =>
    gateway.send({
      path: `/${route}${given.path ?? '/v1/chat/completions'}`,
      headers: [['Authorization', `Bearer ${keyOf(client)}`], ...(given.headers ?? [])],
      ...(given.method === 'GET' ? { method: 'GET' } : { json: { model: given.model ?? 'gpt-4o', messages: [] } }),
    });
  async function times(count: number, work: () => Promise<unknown>): Promise<void> {
    for (let index = 0; index < count; index += 1) await work();
  }
  /** What the provider gets while `work` runs. */
  async function during(work: () => Promise<unknown>): Promise<readonly RecordedRequest[]> {
    const before = servers.of.first.requests.length;
    await work();
    return servers.of.first.requests.slice(before);
  }
  /** So many requests of one client: all answered, and how many of them went out with the first key. */
  async function firstKeyIn(route: string, client: Client, given: Ask = {}, count = 24) {
    const requests = await during(() =>
      times(count, async () => expect((await ask(route, client, given)).status).toBe(200)),
    );
    return { one: requests.filter(hasOne).length, all: requests.length };
  }

  test.each([
    'OpenAI-Organization',
    'openai-project',
    'OPENAI-PROJECT',
    'Anthropic-Workspace-Id',
    'Anthropic-User-Profile-Id',
    'ChatGPT-Account-Id',
    'x-goog-user-project',
    'X-Goog-Quota-User',
    'Ocp-Apim-Subscription-Key',
    'X-Amz-Security-Token',
    'x-ms-authorization-auxiliary',
  ])('the `%s` of a client never reaches the provider, and takes no key from anybody', async (header) => {
    servers.of.first.behave(({ headers }) => (header.toLowerCase() in headers ? { status: 401 } : {}));
    const requests = await during(() =>
      times(6, async () =>
        expect((await ask('accounts', 'mallory', { headers: [[header, 'stolen']] })).status).toBe(200),
      ),
    );
    expect(requests).toHaveLength(6);
    for (const request of requests) expect(JSON.stringify(request.rawHeaders)).not.toContain('stolen');
  });

  test.each([
    ['accounts', 'openai-organization.stolen'],
    ['accounts', 'realtime, openai-project.stolen'],
  ])('nor does what browsers write into subprotocols (%s, %s)', async (route, protocol) => {
    const [request] = await during(() => ask(route, 'mallory', { headers: [['Sec-WebSocket-Protocol', protocol]] }));
    expect(JSON.stringify(request?.rawHeaders)).not.toContain('stolen');
  });

  test.each([401, 403])(
    'one client’s GETs of an endpoint that answers %i leave both keys to the others',
    async (status) => {
      servers.of.first.behave(({ url }) => (url.startsWith('/v1/organization') ? { status } : {}));
      await times(5, () => ask('endpoint', 'mallory', { path: '/v1/organization/admin_api_keys', method: 'GET' }));
      const moved = servers.of.second.requests.length;
      const { one, all } = await firstKeyIn('endpoint', 'alice');
      expect(all).toBe(24);
      expect(one).toBeGreaterThan(0);
      expect(one).toBeLessThan(24);
      expect(servers.of.second.requests.length).toBe(moved);
    },
  );

  test('a key that two clients are refused with rests for a third, and nobody notices', async () => {
    servers.of.first.behave((request) => (hasOne(request) ? { status: 401 } : {}));
    const alice = await firstKeyIn('evidence', 'alice');
    expect(alice).toEqual({ one: 1, all: 25 });
    const bob = await firstKeyIn('evidence', 'bob');
    expect(bob).toEqual({ one: 1, all: 25 });
    // From five seconds on one request in a while looks whether it works again.
    const carol = await firstKeyIn('evidence', 'carol', {}, 5);
    expect(carol.one).toBeLessThanOrEqual(1);
    expect(carol.all).toBe(5 + carol.one);
  });

  test('a success in between means that it was the callers', async () => {
    const refuse = (client: Client) => {
      servers.of.first.behave((request) => (hasOne(request) ? { status: 401 } : {}));
      return firstKeyIn('between', client);
    };
    await refuse('alice');
    servers.of.first.behave({});
    const between = await firstKeyIn('between', 'bob');
    expect(between.one).toBeGreaterThan(0);
    await refuse('carol');
    servers.of.first.behave({});
    const dave = await firstKeyIn('between', 'dave');
    expect(dave.one).toBeGreaterThan(0);
    // Those who were refused go on without it.
    expect((await firstKeyIn('between', 'alice')).one).toBe(0);
  });

  test('402 is about the account: the key rests for all at once', async () => {
    servers.of.first.behave((request) => (hasOne(request) ? { status: 402 } : {}));
    expect(await firstKeyIn('paid', 'alice')).toEqual({ one: 1, all: 25 });
    expect((await firstKeyIn('paid', 'bob', {}, 5)).one).toBeLessThanOrEqual(1);
  });

  test('403 is about that path alone, whatever the ids in it', async () => {
    servers.of.first.behave((request) =>
      hasOne(request) && request.url.startsWith('/v1/files') ? { status: 403 } : {},
    );
    const file = (number: number): Ask => ({ path: `/v1/files/file-abc${number}00/content`, method: 'GET' });
    for (const [client, number] of [
      ['alice', 1],
      ['bob', 2],
    ] as const)
      expect(await firstKeyIn('place', client, file(number))).toEqual({ one: 1, all: 25 });
    expect((await firstKeyIn('place', 'carol', file(3), 5)).one).toBeLessThanOrEqual(1);
    for (const client of ['alice', 'carol'] as const) {
      const { one, all } = await firstKeyIn('place', client);
      expect(all).toBe(24);
      expect(one).toBeGreaterThan(0);
    }
  });

  test('429 on a request that is too large for a model waits for nobody else', async () => {
    servers.of.first.behave((request) =>
      request.body.includes('huge') ? { status: 429, responseHeaders: [['Retry-After', '200']] } : {},
    );
    await times(4, () => ask('limit', 'mallory', { model: 'gpt-4o', headers: [] }));
    const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'huge' }] };
    const huge = () =>
      gateway.send({
        path: '/limit/v1/chat/completions',
        headers: [['Authorization', `Bearer ${keyOf('mallory')}`]],
        json: body,
      });
    expect((await huge()).status).toBe(429);
    expect((await huge()).json().error.code).toBe('upstream_rate_limited');
    const alice = await firstKeyIn('limit', 'alice');
    expect(alice.all).toBe(24);
    expect(alice.one).toBeGreaterThan(0);
    // The same caller with another model is served too.
    expect((await ask('limit', 'mallory', { model: 'gpt-4o-mini' })).status).toBe(200);
  });

  test('a key that works again is found long before its minute is over', async () => {
    servers.of.first.behave((request) => (hasOne(request) ? { status: 401 } : {}));
    await firstKeyIn('trial', 'alice');
    await firstKeyIn('trial', 'bob');
    servers.of.first.behave({});
    const startedAt = Date.now();
    await expect
      .poll(async () => (await during(() => ask('trial', 'carol'))).filter(hasOne).length, {
        timeout: 45_000,
        interval: 200,
      })
      .toBe(1);
    expect(Date.now() - startedAt).toBeLessThan(45_000);
    // Then for everybody who was not refused with it.
    expect((await firstKeyIn('trial', 'dave')).one).toBeGreaterThan(0);
  }, 60_000);

  test('what is known of keys outlives a reload', async () => {
    servers.of.first.behave((request) => (hasOne(request) ? { status: 402 } : {}));
    await firstKeyIn('reload', 'alice');
    const old = await gateway.workerPids();
    await gateway.reload();
    await expect.poll(async () => (await gateway.workerPids()).some((pid) => old.includes(pid))).toBe(false);
    expect((await firstKeyIn('reload', 'alice', {}, 8)).one).toBe(0);
    expect((await firstKeyIn('reload', 'bob', {}, 5)).one).toBeLessThanOrEqual(1);
  });

  test('where nobody says who they are, callers are addresses, and one network of IPv6 is one', async () => {
    servers.of.first.behave(({ headers }) => ('x-bad' in headers ? { status: 401 } : {}));
    const from = (address: string, bad: boolean) =>
      gateway.send({
        path: '/open/v1/chat/completions',
        headers: [['X-Forwarded-For', address], ...(bad ? [['X-Bad', '1'] as const] : [])],
        json: { model: 'gpt-4o', messages: [] },
      });
    for (let host = 1; host <= 5; host += 1) await from(`2001:db8:1:2::${host}`, true);
    await from('203.0.113.5', false);
    const requests = await during(() =>
      times(24, async () => expect((await from('198.51.100.7', false)).status).toBe(200)),
    );
    expect(requests).toHaveLength(24);
    expect(requests.filter(hasOne).length).toBeGreaterThan(0);
    expect(requests.filter(hasOne).length).toBeLessThan(24);
  });

  test('however many callers, paths and models fail, what is remembered of a key is bounded', async () => {
    servers.of.first.behave({ status: 403 });
    await times(3, () =>
      Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          ask('place', 'dave', {
            path: `/v1/${'abcdefghij'[index % 10]}${'klmnopqrst'[Math.floor(index / 10)]}`,
            method: 'GET',
          }),
        ),
      ),
    );
    await sleep(50);
    expect(await gateway.errorLog()).not.toContain('openclaw_key_health');
  });
});
