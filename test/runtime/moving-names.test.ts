import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { type DnsServer, startDnsServer } from '../lua/net/dns-server.ts';

const names = ['a', 'b', 'c'] as const;
let servers: ModelServers<(typeof names)[number]>;
beforeAll(async () => {
  servers = await startModelServers(names);
});
beforeEach(() => servers.reset());
afterAll(() => servers.close());

describe.each(nginxReleases)('names that move on nginx %s', (release) => {
  let dns: DnsServer;
  let gateway: Gateway;
  beforeAll(async () => {
    dns = await startDnsServer(await freePort());
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      env: { OPENAI_KEY: 'sk-openai-0123456789' },
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
resolver: { addresses: "127.0.0.1:${dns.port}", valid: 1s }
upstreams:
  openai: { provider: openai, credential: env:OPENAI_KEY, breaker: false }
  later: { servers: ["later.test:${servers.of.a.port}"], breaker: false }
  silent: { servers: ["silent.test:${servers.of.a.port}"], breaker: { failures: 2, open: 1m } }
  own: { servers: ["${servers.address('c')}"], breaker: false }
  pool: { servers: [{ address: pool.test, service: http }] }
routes:
  - { path: /openai/, auth: none, upstream: openai, strip_prefix: /openai }
  - { path: /later/, auth: none, upstream: later, fallback: own, strip_prefix: /later }
  - { path: /silent/, auth: none, upstream: silent, fallback: own, strip_prefix: /silent }
  - { path: /own/, auth: none, upstream: own, strip_prefix: /own }
  - { path: /pool/, auth: none, upstream: pool, strip_prefix: /pool }
`,
    });
  });
  afterAll(async () => {
    await gateway?.stop();
    await dns?.stop();
  });

  afterEach(() => dns.behave('answer'));

  const by = async (route: string) => {
    const response = await gateway.send({ path: `/${route}/v1/chat/completions`, json: { model: 'x' } });
    return response.headers['x-mock-server'] ?? String(response.status);
  };
  const becomes = (route: string, name: string) =>
    expect.poll(() => by(route), { timeout: 20_000, interval: 100 }).toBe(name);
  async function shareOf(route: string, count: number): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (let index = 0; index < count; index += 1) {
      const name = await by(route);
      found[name] = (found[name] ?? 0) + 1;
    }
    return found;
  }
  const target = (name: string, port: number, priority: number, weight: number) => ({
    type: 'SRV' as const,
    value: `${priority} ${weight} ${port} ${name}`,
  });

  test('a provider without an address stops nothing but its own requests', async () => {
    const response = await gateway.send({ path: '/openai/v1/chat/completions', json: { model: 'x' } });
    expect(response.status).toBe(502);
    expect(response.json().error).toMatchObject({ type: 'server_error' });
    expect(await by('own')).toBe('c');
  });

  test('requests go to the fallback until the name is known, and no longer', async () => {
    expect(await by('later')).toBe('c');
    dns.set('later.test', [{ type: 'A', value: '127.0.0.1' }]);
    await becomes('later', 'a');
    expect(await shareOf('later', 5)).toEqual({ a: 5 });
  });

  test('a name that nobody answers makes two requests wait, and then none', async () => {
    dns.behave('drop');
    expect([await by('silent'), await by('silent')]).toEqual(['c', 'c']);
    const begun = performance.now();
    for (let asked = 0; asked < 10; asked += 1) expect(await by('silent')).toBe('c');
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(await gateway.errorLog()).toContain('openclaw: upstream silent keeps failing');
  });

  test('a service tells hosts, ports and weights, and its servers come and go', async () => {
    expect(await by('pool')).toBe('502');
    for (const name of ['one.test', 'two.test', 'three.test'])
      dns.set(name, [{ type: 'A', value: '127.0.0.1', ttl: 60 }]);
    const [a, b, c] = names.map((name) => servers.of[name].port) as [number, number, number];
    dns.set('_http._tcp.pool.test', [
      target('one.test', a, 0, 30),
      target('two.test', b, 0, 10),
      target('three.test', c, 1, 10),
    ]);
    await expect.poll(() => by('pool'), { timeout: 20_000, interval: 100 }).toMatch(/^[ab]$/);
    await sleep(500);
    const weighted = await shareOf('pool', 40);
    expect(weighted.c).toBeUndefined();
    expect(weighted.a).toBeGreaterThan(24);
    expect(weighted.b).toBeGreaterThan(4);

    dns.set('_http._tcp.pool.test', [target('two.test', b, 0, 10)]);
    await expect.poll(() => shareOf('pool', 6), { timeout: 20_000, interval: 200 }).toEqual({ b: 6 });

    dns.behave('drop');
    await sleep(2_500);
    expect(await shareOf('pool', 4)).toEqual({ b: 4 });
    dns.behave('answer');
    dns.set('_http._tcp.pool.test', [target('three.test', c, 0, 10)]);
    await becomes('pool', 'c');
  });

  test('a server of lower priority answers when the better ones refuse', async () => {
    const [a, , c] = names.map((name) => servers.of[name].port) as [number, number, number];
    dns.set('_http._tcp.pool.test', [target('one.test', a, 0, 10), target('three.test', c, 5, 10)]);
    await becomes('pool', 'a');
    expect(await shareOf('pool', 4)).toEqual({ a: 4 });
    await servers.of.a.refuse();
    expect(await shareOf('pool', 4)).toEqual({ c: 4 });
  });
});
