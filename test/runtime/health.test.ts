import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, type ExpectStatic, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import type { RecordedRequest } from '../helpers/mock/recorded-request.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

const names = ['a', 'b', 'c'] as const;
let certificates: Certificates;
let secure: MockModelServer;
let forged: MockModelServer;
beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['llm.test']));
  const leaf = certificates.leaves['llm.test'];
  if (leaf === undefined) throw new Error('no certificate');
  secure = await startMockModelServer({ name: 'secure', tls: leaf });
  forged = await startMockModelServer({ name: 'forged', tls: await certificates.forge('llm.test') });
});
afterAll(async () => {
  await secure.close();
  await forged.close();
});

const env = { LLM: 'sk-llm-0123456789' };
const isProbe = ({ url }: RecordedRequest) => url.startsWith('/health') || url === '/llm/v1/chat/completions';

// The releases beside each other, as their tests wait most of the time.
describe.concurrent.each(nginxReleases)('servers on nginx %s', (release) => {
  let servers: ModelServers<(typeof names)[number]>;
  let gateway: Gateway;
  let expect: ExpectStatic;
  beforeAll(async () => {
    servers = await startModelServers(names);
    const port = await freePort();
    const [a, b, c] = names.map((name) => `"${servers.address(name)}"`);
    const check = 'interval: 300ms, timeout: 300ms, rise: 2, fall: 2';
    const tls = 'tls: { name: llm.test, ca: ssl/ca.crt }';
    gateway = await startGateway({
      release,
      ports: [port],
      workers: 2,
      env,
      files: { 'ssl/ca.crt': certificates.ca.cert },
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  checked: { servers: [${a}, ${b}], host: checked.test, health_check: { path: /health, ${check} } }
  slow: { servers: [{ address: ${a}, slow_start: 4s }, ${b}], health_check: { path: /health/slow, ${check} } }
  asked: { servers: [${c}], base_path: /llm, credential: env:LLM, health_check: { completion: tiny, ${check} } }
  secure: { servers: ["127.0.0.1:${secure.port}"], ${tls}, health_check: { path: /health, ${check} } }
  forged: { servers: ["127.0.0.1:${forged.port}"], ${tls}, health_check: { path: /health, ${check} } }
  talk: { servers: [${a}, ${b}, ${c}], balance: conversation }
  quick: { servers: [${a}, ${b}], balance: least_time }
  narrow: { servers: [{ address: ${a}, max_conns: 1 }], balance: least_time }
routes:
  - { path: /checked/, auth: none, upstream: checked, strip_prefix: /checked, retry: false }
  - { path: /slow/, auth: none, upstream: slow, strip_prefix: /slow }
  - { path: /asked/, auth: none, upstream: asked, strip_prefix: /asked }
  - { path: /secure/, auth: none, upstream: secure, strip_prefix: /secure }
  - { path: /forged/, auth: none, upstream: forged, strip_prefix: /forged }
  - { path: /talk/, auth: none, upstream: talk, strip_prefix: /talk }
  - { path: /quick/, auth: none, upstream: quick, strip_prefix: /quick }
  - { path: /narrow/, auth: none, upstream: narrow, strip_prefix: /narrow }
`,
    });
  });
  beforeEach(async (context) => {
    expect = context.expect;
    await servers.reset();
  });
  afterAll(async () => {
    await gateway?.stop();
    await servers?.close();
  });

  interface Health {
    readonly status: string;
    readonly upstreams: readonly { name: string; ok: boolean; servers: readonly { server: number; ok: boolean }[] }[];
  }
  const health = async (): Promise<Health> => (await gateway.send({ path: '/openclaw/health' })).json();
  const serversOf = async (name: string) =>
    (await health()).upstreams.find((upstream) => upstream.name === name)?.servers.map(({ ok }) => ok);
  /** Waits until one worker knows, and then as long as another may not. */
  const becomes = async (name: string, states: readonly boolean[]) => {
    await expect.poll(() => serversOf(name), { timeout: 10_000, interval: 50 }).toEqual(states);
    await sleep(250);
  };
  const ask = (path: string, json: object = { model: 'x' }) =>
    gateway.send({ path: `${path}/v1/chat/completions`, json });

  /** How often each server answers `count` requests. */
  async function answers(path: string, count: number): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (let index = 0; index < count; index += 1) {
      const name = (await ask(path)).headers['x-mock-server'] ?? 'none';
      found[name] = (found[name] ?? 0) + 1;
    }
    return found;
  }

  /** Each worker takes turns of its own. */
  async function expectBoth(path: string): Promise<void> {
    const counts = await answers(path, 12);
    expect(Math.min(counts.a ?? 0, counts.b ?? 0)).toBeGreaterThan(2);
  }

  test.sequential('a server that fails its checks gets no requests until it passes them again', async () => {
    await becomes('checked', [true, true]);
    await expectBoth('/checked');
    servers.of.a.behave((request) => (isProbe(request) ? { status: 503 } : {}));
    await becomes('checked', [false, true]);
    expect(await answers('/checked', 10)).toEqual({ b: 10 });
    servers.of.a.behave({});
    await becomes('checked', [true, true]);
    await expectBoth('/checked');
  });

  test.sequential.each([
    ['hangs', { delayMs: 2_000 }],
    ['breaks off', { drop: true }],
  ])('a server that %s at its checks is down', async (_, behaviour) => {
    servers.of.b.behave((request) => (isProbe(request) ? behaviour : {}));
    await becomes('checked', [true, false]);
    expect(await answers('/checked', 4)).toEqual({ a: 4 });
    servers.of.b.behave({});
    await becomes('checked', [true, true]);
  });

  test.sequential('when all are down all get requests, and the gateway says that it is degraded', async () => {
    for (const name of ['a', 'b'] as const)
      servers.of[name].behave((request) => (isProbe(request) ? { status: 500 } : {}));
    await becomes('checked', [false, false]);
    expect((await health()).status).toBe('degraded');
    await expectBoth('/checked');
    servers.of.a.behave({});
    servers.of.b.behave({});
    await becomes('checked', [true, true]);
    expect(JSON.stringify(await health())).not.toContain('127.0.0.1');
  });

  test.sequential('one worker asks for all, at the host that requests are for', async () => {
    const before = servers.of.a.requests.length;
    await sleep(3_000);
    const probes = servers.of.a.requests.slice(before).filter(({ url }) => url === '/health');
    expect(probes.length).toBeGreaterThan(4);
    expect(probes.length).toBeLessThan(14);
    expect(probes[0]).toMatchObject({ method: 'GET', body: Buffer.alloc(0) });
    expect(probes[0]?.headers.host).toBe('checked.test');
  });

  test.sequential('a completion as a check has the model, the key and the path of the upstream', async () => {
    const probe = await servers.of.c.waitForRequest(({ url }) => url === '/llm/v1/chat/completions');
    expect(probe.method).toBe('POST');
    expect(probe.headers).toMatchObject({ authorization: `Bearer ${env.LLM}`, 'content-type': 'application/json' });
    expect(JSON.parse(probe.body.toString())).toMatchObject({ model: 'tiny', max_tokens: 1 });
    await becomes('asked', [true]);
    servers.of.c.behave({ status: 401 });
    await becomes('asked', [false]);
  });

  test.sequential('checks trust whom requests trust', async () => {
    await becomes('secure', [true]);
    await becomes('forged', [false]);
    expect((await ask('/secure')).headers['x-mock-server']).toBe('secure');
    expect(forged.requests).toEqual([]);
  });

  test.sequential('slow_start: a server that came back gets its share little by little', async () => {
    await becomes('slow', [true, true]);
    servers.of.a.behave((request) => (isProbe(request) ? { status: 503 } : {}));
    await becomes('slow', [false, true]);
    servers.of.a.behave({});
    await becomes('slow', [true, true]);
    const early = await answers('/slow', 30);
    expect(early.a ?? 0).toBeLessThan(12);
    await sleep(4_500);
    const late = await answers('/slow', 30);
    expect(late.a ?? 0).toBeGreaterThanOrEqual(14);
  });

  describe.sequential('conversations', () => {
    const turns = (topic: string, count: number) => ({
      model: 'llama',
      messages: [
        { role: 'system', content: 'You are kind.' },
        ...Array.from({ length: count }, (_, index) => [
          { role: 'user', content: `${topic}: question ${index}` },
          { role: 'assistant', content: `answer ${index}` },
        ]).flat(),
      ].slice(0, -1),
    });
    const told = (topic: string, count: number) => ask('/talk', turns(topic, count));

    test('stay with their server, and spread', async () => {
      const found = new Set<string>();
      for (let index = 0; index < 12; index += 1) {
        const topic = `${release} topic ${index}`;
        const first = await told(topic, 1);
        expect(first.status).toBe(200);
        expect(first.headers['x-openclaw-conversation']).toBe('new');
        const server = first.headers['x-mock-server'] ?? '';
        for (const count of [2, 3, 4]) {
          const next = await told(topic, count);
          expect(next.headers['x-openclaw-conversation']).toBe('hit');
          expect(next.headers['x-mock-server']).toBe(server);
        }
        found.add(server);
      }
      expect(found).toEqual(new Set(names));
      const line = await gateway.logged(({ conversation }) => conversation === 'hit');
      expect(line.upstream).toBe('talk');
    });

    test('move when their server is gone, and stay there', async () => {
      const topic = `${release} moving`;
      const server = (await told(topic, 1)).headers['x-mock-server'] as (typeof names)[number];
      await servers.of[server].refuse();
      const moved = await told(topic, 2);
      expect(moved.status).toBe(200);
      expect(moved.headers['x-openclaw-conversation']).toBe('miss');
      expect(moved.headers['x-mock-server']).not.toBe(server);
      const next = await told(topic, 3);
      expect(next.headers['x-openclaw-conversation']).toBe('hit');
      expect(next.headers['x-mock-server']).toBe(moved.headers['x-mock-server']);
    });
  });

  test.sequential('least_time prefers the quicker server', async () => {
    servers.of.a.behave({ delayMs: 150 });
    await answers('/quick', 6);
    const counts = await answers('/quick', 20);
    expect(counts.b ?? 0).toBeGreaterThan(14);
  });

  test.sequential('max_conns holds for all workers: who finds no room is told so', async () => {
    servers.of.a.behave({ delayMs: 700 });
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await ask('/narrow')).status));
    expect(statuses.sort()).toEqual([200, 503, 503, 503, 503, 503]);
    servers.of.a.behave({});
    // A slot is given back when the request is logged, a moment after its client has the answer.
    await expect.poll(async () => (await ask('/narrow')).status, { timeout: 2_000 }).toBe(200);
  });
});
