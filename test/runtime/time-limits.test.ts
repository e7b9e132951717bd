import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { now } from '../helpers/clock.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { stream } from '../helpers/http-client.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

const names = ['first', 'second'] as const;

// These wait nearly all the time, so they run beside each other.
describe.concurrent.each(nginxReleases)('limits of time on nginx %s', (release) => {
  let servers: ModelServers<(typeof names)[number]>;
  let gateway: Gateway;
  beforeAll(async () => {
    servers = await startModelServers(names);
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  first: { servers: ["${servers.address('first')}"], breaker: false }
  second: { servers: ["${servers.address('second')}"], breaker: false }
routes:
  - { path: /early/, auth: none, upstream: first, strip_prefix: /early, timeouts: { first_byte: 1s, idle: 4s } }
  - { path: /late/, auth: none, upstream: first, strip_prefix: /late, timeouts: { first_byte: 4s, idle: 1s } }
  - { path: /both/, auth: none, upstream: first, strip_prefix: /both, timeouts: { idle: 1500ms } }
  - { path: /total/, auth: none, upstream: first, strip_prefix: /total, timeouts: { total: 2s } }
  - { path: /collected/, auth: none, upstream: first, strip_prefix: /collected, buffering: true, timeouts: { total: 2s } }
  - name: shared
    path: /shared/
    auth: none
    upstream: first
    fallback: second
    strip_prefix: /shared
    retry: { tries: 2 }
    timeouts: { connect: 500ms, first_byte: 1s, idle: 2s, total: 3s }
`,
    });
  });
  afterAll(async () => {
    await gateway?.stop();
    await servers?.close();
  });

  /** Sends a request for a stream and tells how it ended, and after how many ms. */
  async function ask(route: string, mock: Readonly<Record<string, number>> = {}, id = '') {
    const started = now();
    const answer = await stream({
      port: gateway.port,
      path: `/${route}/v1/chat/completions?${id}`,
      headers: {
        'User-Agent': id,
        ...Object.fromEntries(Object.entries(mock).map(([name, value]) => [`x-mock-${name}`, String(value)])),
      },
      json: { model: 'x', stream: true },
    });
    let text = '';
    let isBroken = false;
    try {
      for await (const chunk of answer) text += chunk.text;
    } catch {
      isBroken = true;
    }
    return { status: answer.status, text, isBroken, isWhole: text.endsWith('data: [DONE]\n\n'), took: now() - started };
  }
  const logged = (id: string) => gateway.logged((line) => line.user_agent === id);

  test('first_byte shorter than idle: no answer in time is a 504', async () => {
    const answer = await ask('early', { 'delay-ms': 3_500 }, 'too-early');
    expect(answer.status).toBe(504);
    expect(JSON.parse(answer.text).error).toMatchObject({ code: 'upstream_timeout' });
    expect(answer.took).toBeGreaterThan(900);
    expect(answer.took).toBeLessThan(2_500);
    expect(await logged('too-early')).toMatchObject({ status: 504, completion: '' });
  });

  test('first_byte shorter than idle: once it has begun, an answer may pause for longer', async () => {
    const answer = await ask('early', { chunks: 3, 'gap-ms': 1_800 });
    expect(answer).toMatchObject({ status: 200, isBroken: false, isWhole: true });
  });

  test('idle shorter than first_byte: an answer may begin late', async () => {
    expect(await ask('late', { 'delay-ms': 2_000 })).toMatchObject({ status: 200, isWhole: true });
  });

  test('idle shorter than first_byte: it may not pause', async () => {
    const answer = await ask('late', { 'delay-ms': 1_500, chunks: 3, 'stall-after-chunks': 2 }, 'paused');
    expect(answer).toMatchObject({ status: 200, isBroken: true, isWhole: false });
    expect(answer.text).toContain('token-1');
    expect(answer.took).toBeLessThan(4_000);
    expect(await logged('paused')).toMatchObject({ status: 200, completion: 'stalled' });
  });

  test('one limit for both', async () => {
    expect((await ask('both', { 'delay-ms': 3_500 })).status).toBe(504);
    expect(await ask('both', { chunks: 4, 'stall-after-chunks': 1 })).toMatchObject({ status: 200, isBroken: true });
    expect(await ask('both', { 'delay-ms': 700, chunks: 3, 'gap-ms': 700 })).toMatchObject({ isWhole: true });
  });

  test.for(['total', 'collected'])(
    '%s: a stream that lives too long is ended, however lively it is',
    async (route, { expect }) => {
      const answer = await ask(route, { chunks: 50, 'gap-ms': 100 }, `${route}-lively`);
      expect(answer).toMatchObject({ status: 200, isBroken: true, isWhole: false });
      expect(answer.took).toBeGreaterThan(1_800);
      expect(answer.took).toBeLessThan(3_500);
      expect(await logged(`${route}-lively`)).toMatchObject({ completion: 'stalled' });
      const received = servers.of.first.requests.find(({ url }) => url.endsWith(`?${route}-lively`));
      await expect.poll(() => received?.abortedAt, { timeout: 3_000 }).toBeDefined();
    },
  );

  test('total: no answer at all is a 504, and a short one is whole', async () => {
    const answer = await ask('total', { 'delay-ms': 4_000 });
    expect(answer.status).toBe(504);
    expect(answer.took).toBeLessThan(3_500);
    expect(await ask('total', { chunks: 5, 'gap-ms': 200 })).toMatchObject({ status: 200, isWhole: true });
  });

  test('a JSON answer that begins in time and ends too late is no whole one', async () => {
    const headers = { 'x-mock-body-bytes': '5000', 'x-mock-chunks': '4', 'x-mock-stall-after-chunks': '2' };
    const answer = gateway.send({ path: '/late/v1/chat/completions', headers, json: { model: 'x' } });
    await expect(answer).rejects.toThrow();
  });

  describe.sequential('of more than one attempt', () => {
    beforeEach(() => servers.reset());

    test('each attempt has its own first_byte', async () => {
      servers.of.first.behave({ delayMs: 4_000 });
      const served = await ask('shared');
      expect(served).toMatchObject({ status: 200, isWhole: true });
      expect(served.took).toBeGreaterThan(900);
      expect(served.took).toBeLessThan(2_500);
      servers.of.second.behave({ delayMs: 4_000 });
      const counts = await servers.countOf(async () => {
        const answer = await ask('shared', {}, 'all-late');
        expect(answer.status).toBe(504);
        expect(answer.took).toBeGreaterThan(1_900);
        expect(answer.took).toBeLessThan(4_000);
      });
      expect(counts).toEqual({ first: 1, second: 1 });
    });

    test('a stream of a later attempt ends with the total, too', async () => {
      servers.of.first.behave({ delayMs: 4_000 });
      servers.of.second.behave({ chunks: 60, gapMs: 100 });
      const answer = await ask('shared', {}, 'second-lively');
      expect(answer).toMatchObject({ status: 200, isBroken: true, isWhole: false });
      expect(answer.took).toBeGreaterThan(2_800);
      expect(answer.took).toBeLessThan(4_500);
      expect(await logged('second-lively')).toMatchObject({ upstream: 'second', completion: 'stalled' });
    });
  });
});
