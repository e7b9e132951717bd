import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
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
const one = (request: RecordedRequest) => request.headers.authorization === `Bearer ${env.ONE}`;

async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await work();
}

/** Upstreams and keys that rest after failures: each test has its own, for they remember. */
describe.each(nginxReleases)('breakers and keys on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const first = `servers: ["${servers.address('first')}"]`;
    const second = `servers: ["${servers.address('second')}"]`;
    const pool = `{ ${first}, credential: [env:ONE, env:TWO] }`;
    gateway = await startGateway({
      release,
      ports: [port],
      workers: 2,
      env,
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  opening: { ${first}, breaker: { failures: 3, open: 2s } }
  limiting: { ${first}, breaker: { failures: 2, open: 30s } }
  broken: { ${first}, breaker: { failures: 1, open: 30s } }
  broken-too: { ${second}, breaker: { failures: 1, open: 30s } }
  other: { ${second}, breaker: false }
  refused: ${pool}
  limited: ${pool}
  several: ${pool}
  spent: ${pool}
  invalid: ${pool}
models:
  "*": several
routes:
  - { path: /opening/, auth: none, upstream: opening, fallback: other }
  - { path: /limiting/, auth: none, upstream: limiting, fallback: other }
  - { path: /broken/, auth: none, upstream: broken, fallback: broken-too }
  - { path: /refused/, auth: none, upstream: refused }
  - { path: /limited/, auth: none, upstream: limited }
  - { path: /several/, auth: none, upstream: by_model }
  - { path: /spent/, auth: none, upstream: spent }
  - { path: /invalid/, auth: none, upstream: invalid }
`,
    });
  });
  afterAll(() => gateway?.stop());

  const ask = (route: string, model = 'gpt-4o') =>
    gateway.send({ path: `/${route}/v1/chat/completions`, json: { model, messages: [] } });
  const statusOf = async (route: string, model?: string) => (await ask(route, model)).status;

  test('after failures in a row an upstream is left alone, until one request finds it working', async () => {
    servers.of.first.behave({ status: 500 });
    const failing = await servers.countOf(() => times(10, async () => expect(await statusOf('opening')).toBe(200)));
    expect(failing).toEqual({ first: 3, second: 10 });

    await sleep(2_200);
    servers.of.first.behave({ delayMs: 500 });
    const trial = await servers.countOf(() => Promise.all(Array.from({ length: 6 }, () => ask('opening'))));
    expect(trial).toEqual({ first: 1, second: 5 });
    const closed = await servers.countOf(() => Promise.all(Array.from({ length: 4 }, () => ask('opening'))));
    expect(closed).toEqual({ first: 4, second: 0 });
  });

  test('answers about the request or the key are no failures', async () => {
    for (const status of [400, 404, 429]) {
      servers.of.first.behave({ status });
      const counts = await servers.countOf(() => times(4, () => ask('limiting')));
      expect(counts.first).toBe(4);
    }
  });

  test('a success in between starts the count anew', async () => {
    servers.of.first.behave((_, index) => ({ status: index % 2 === 0 ? 500 : 200 }));
    const counts = await servers.countOf(() => times(8, () => ask('limiting')));
    expect(counts.first).toBe(8);
  });

  test('when no upstream may be asked the gateway says so and when to come back', async () => {
    for (const name of names) servers.of[name].behave({ status: 500 });
    expect(await statusOf('broken')).toBe(500);
    const counts = await servers.countOf(async () => {
      const response = await ask('broken');
      expect(response.status).toBe(503);
      expect(response.json().error).toMatchObject({ code: 'upstream_unavailable' });
      const seconds = Number(response.headers['retry-after']);
      expect(seconds).toBeGreaterThan(20);
      expect(seconds).toBeLessThanOrEqual(30);
    });
    expect(counts).toEqual({ first: 0, second: 0 });
  });

  test.each([401, 402, 403])('a key that gets %s rests, and nobody notices', async (status) => {
    const route = status === 401 ? 'refused' : status === 402 ? 'limited' : 'several';
    const seen = servers.of.first.requests.length;
    servers.of.first.behave((request) => (one(request) ? { status } : {}));
    await times(20, async () => expect(await statusOf(route, `model-${status}`)).toBe(200));
    const withOne = servers.of.first.requests.slice(seen).filter(one);
    expect(withOne).toHaveLength(1);
    expect(servers.of.first.requests.length).toBe(seen + 21);
  });

  test('a key over its limit rests for as long as it was told to, for that model', async () => {
    servers.of.first.behave((request) =>
      one(request) ? { status: 429, responseHeaders: [['Retry-After', '3']] } : {},
    );
    await times(20, async () => expect(await statusOf('several', 'large')).toBe(200));
    servers.of.first.behave({});
    const keysFor = async (model: string) => {
      const seen = servers.of.first.requests.length;
      await times(20, async () => expect(await statusOf('several', model)).toBe(200));
      return servers.of.first.requests.slice(seen).filter(one).length;
    };
    expect(await keysFor('large')).toBe(0);
    expect(await keysFor('small')).toBeGreaterThan(0);
    await sleep(3_100);
    expect(await keysFor('large')).toBeGreaterThan(0);
  });

  test('all keys over their limit: 429 without asking, until one is free', async () => {
    servers.of.first.behave({ status: 429, responseHeaders: [['Retry-After', '2']] });
    const both = await servers.countOf(async () => expect(await statusOf('spent')).toBe(429));
    expect(both.first).toBe(2);
    const counts = await servers.countOf(async () => {
      const response = await ask('spent');
      expect(response.status).toBe(429);
      expect(response.json().error).toMatchObject({ type: 'rate_limit_error', code: 'upstream_rate_limited' });
      expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    });
    expect(counts.first).toBe(0);
    servers.of.first.behave({});
    await sleep(2_100);
    expect(await statusOf('spent')).toBe(200);
  });

  test('when no key works all are tried all the same, and one that works again serves at once', async () => {
    servers.of.first.behave({ status: 401 });
    const counts = await servers.countOf(() => times(3, async () => expect(await statusOf('invalid')).toBe(401)));
    expect(counts.first).toBeGreaterThanOrEqual(4);
    servers.of.first.behave({});
    expect(await statusOf('invalid')).toBe(200);
  });
});
