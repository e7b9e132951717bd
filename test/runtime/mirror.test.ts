import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { now } from '../helpers/clock.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { stream } from '../helpers/http-client.ts';
import { hashOf } from '../helpers/keys.ts';
import type { Behaviour } from '../helpers/mock/behaviour.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

const names = ['main', 'other', 'shadow'] as const;
let servers: ModelServers<(typeof names)[number]>;
beforeAll(async () => {
  servers = await startModelServers(names);
});
beforeEach(() => servers.reset());
afterAll(() => servers.close());

const clientKey = 'oc-client-0123456789abcdef0123';
const env = { MAIN: 'sk-main-0123456789', SHADOW: 'sk-shadow-0123456789' };
const cases = [
  ...nginxReleases.map((release) => ({ release, withLua: true })),
  { release: '1.26' as const, withLua: false },
];

describe.each(cases)('copies on nginx $release, with Lua: $withLua', ({ release, withLua }) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const lua = (text: string) => (withLua ? text : '');
    gateway = await startGateway({
      release,
      ...(withLua ? { secrets: [clientKey], env } : { target: 'plain' as const }),
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  main: { servers: ["${servers.address('main')}"], base_path: /main ${lua(', credential: env:MAIN')}, breaker: false }
  other: { servers: ["${servers.address('other')}"], breaker: false }
  shadow: { servers: ["${servers.address('shadow')}"], base_path: /shadow, host: shadow.test ${lua(', credential: { from: env:SHADOW, header: x-api-key }')} }
routes:
  - { path: /plain/, auth: none, upstream: main, mirror: shadow, strip_prefix: /plain }
  - { path: /share/, auth: none, upstream: main, mirror: { upstream: shadow, share: 20% }, strip_prefix: /share }
${lua(`
  - { path: /routed/, auth: apps, upstream: main, fallback: other, mirror: shadow, strip_prefix: /routed }
  - { path: /model/, auth: none, upstream: by_model, mirror: shadow, strip_prefix: /model }
models: { smart: { upstream: main, as: gpt-4o } }
key_maps:
  apps: { from: [bearer], clients: [{ id: app, key: "${hashOf(clientKey)}" }] }
`)}`,
    });
  });
  afterAll(() => gateway?.stop());

  const routes = withLua ? ['plain', 'routed'] : ['plain'];
  const send = (route: string, json: object = { model: 'gpt-4o', messages: [] }, more: object = {}) =>
    gateway.send({
      path: `/${route}/v1/chat/completions?a=1`,
      headers: { Authorization: `Bearer ${clientKey}` },
      json,
      ...more,
    });
  /** What the shadow gets because of `work`, once nothing more comes. */
  async function copiesOf(work: () => Promise<unknown>) {
    const before = servers.of.shadow.requests.length;
    await work();
    await sleep(400);
    return servers.of.shadow.requests.slice(before);
  }

  test.each(routes)('%s: the shadow gets the same request at its own path, with its own key', async (route) => {
    const json = { model: 'gpt-4o', messages: [{ role: 'user', content: 'x'.repeat(20_000) }] };
    const copies = await copiesOf(async () => {
      const response = await send(route, json);
      expect(response.status).toBe(200);
      expect(response.headers['x-mock-server']).toBe('main');
    });
    expect(copies).toHaveLength(1);
    const [copy] = copies;
    expect(copy).toMatchObject({ method: 'POST', url: '/shadow/v1/chat/completions?a=1' });
    expect(copy?.headers).toMatchObject({ host: 'shadow.test', 'content-type': 'application/json' });
    expect(copy?.body.toString()).toBe(JSON.stringify(json));
    const main = servers.of.main.requests.at(-1);
    expect(main?.url).toBe('/main/v1/chat/completions?a=1');
    if (!withLua) return;
    expect(copy?.headers['x-api-key']).toBe(env.SHADOW);
    expect(copy?.headers.authorization).toBeUndefined();
    expect(main?.headers.authorization).toBe(`Bearer ${env.MAIN}`);
  });

  test.each(routes)('%s: a prompt of 3 MB', async (route) => {
    const json = { model: 'gpt-4o', messages: [{ role: 'user', content: 'x'.repeat(3_000_000) }] };
    const copies = await copiesOf(() => send(route, json));
    expect(copies.map(({ body }) => body.length)).toEqual([JSON.stringify(json).length]);
  });

  const troubles: readonly (readonly [name: string, behaviour: Partial<Behaviour>])[] = [
    ['fails', { status: 500 }],
    ['refuses its key', { status: 401 }],
    ['breaks off', { reset: true }],
    ['is slow', { delayMs: 3_000 }],
    ['breaks off in the middle', { cutAfterChunks: 1 }],
    ['sends far more', { bodyBytes: 3_000_000 }],
  ];
  describe.each(routes)('%s', (route) => {
    test.each(troubles)('a shadow that %s is not noticed', async (_, behaviour) => {
      servers.of.shadow.behave(behaviour);
      const started = now();
      for (const isStream of [false, true]) {
        const response = await send(route, { model: 'gpt-4o', stream: isStream });
        expect(response.status).toBe(200);
        expect(response.headers['x-mock-server']).toBe('main');
        expect(response.text).toContain(isStream ? '[DONE]' : 'hello from main');
        expect(response.text).not.toContain('shadow');
      }
      expect(now() - started).toBeLessThan(2_500);
    });

    test('a shadow that refuses connections is not noticed', async () => {
      await servers.of.shadow.refuse();
      expect((await send(route)).status).toBe(200);
    });

    test('what the client gets is logged, and the copy is not', async () => {
      const path = `/${route}/v1/logged-${route}`;
      await copiesOf(() => gateway.send({ path, headers: { Authorization: `Bearer ${clientKey}` } }));
      const lines = (await gateway.accessLog()).split('\n').filter((line) => line.includes(`/v1/logged-${route}`));
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ upstream: 'main', status: 200 });
    });
  });

  test('an upstream that fails gets no answer from the shadow', async () => {
    servers.of.main.behave({ status: 500 });
    const response = await send('plain');
    expect(response.status).toBe(500);
    expect(response.json().mock.name).toBe('main');
  });

  test('a share of the requests', async () => {
    const copies = await copiesOf(async () => {
      for (let index = 0; index < 150; index += 1) await send('share');
    });
    expect(copies.length).toBeGreaterThan(8);
    expect(copies.length).toBeLessThan(60);
  });

  test('a slow shadow delays no first token', async () => {
    servers.of.shadow.behave({ delayMs: 3_000 });
    const started = now();
    const answer = await stream({
      port: gateway.port,
      path: '/plain/v1/chat/completions',
      json: { model: 'gpt-4o', stream: true },
    });
    expect(answer.headersAt - started).toBeLessThan(1_500);
    for await (const _ of answer);
    expect(now() - started).toBeLessThan(2_500);
  });

  test('a second request on the same connection waits for no shadow', async () => {
    servers.of.shadow.behave({ delayMs: 3_000 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const started = now();
    for (let index = 0; index < 2; index += 1) expect((await send('plain', {}, { agent })).status).toBe(200);
    expect(now() - started).toBeLessThan(2_500);
    agent.destroy();
  });

  test('a slow copy is finished, though its client has got its answer and is gone', async () => {
    servers.of.shadow.behave({ delayMs: 1_000, bodyBytes: 200_000 });
    const before = servers.of.shadow.requests.length;
    await send('plain');
    await expect.poll(() => servers.of.shadow.requests[before]?.finishedAt, { timeout: 5_000 }).toBeDefined();
    expect(servers.of.shadow.requests[before]?.abortedAt).toBeUndefined();
  });

  if (!withLua) return;

  test('one copy, however many attempts', async () => {
    servers.of.main.behave({ status: 500 });
    const copies = await copiesOf(async () => {
      const response = await send('routed');
      expect(response.headers['x-mock-server']).toBe('other');
    });
    expect(copies).toHaveLength(1);
  });

  test('who is refused is not copied', async () => {
    const copies = await copiesOf(async () => {
      const response = await gateway.send({ path: '/routed/v1/chat/completions', json: { model: 'gpt-4o' } });
      expect(response.status).toBe(401);
      expect((await send('model', { model: 'unknown' })).status).toBe(404);
    });
    expect(copies).toEqual([]);
  });

  test('a copy has the name of the model that the request is sent with', async () => {
    const copies = await copiesOf(() => send('model', { model: 'smart' }));
    expect(copies.map(({ body }) => body.toString())).toEqual(['{"model":"gpt-4o"}']);
    expect(servers.of.main.requests.at(-1)?.body.toString()).toBe('{"model":"gpt-4o"}');
  });
});
