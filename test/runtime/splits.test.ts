import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

const names = ['old', 'new', 'spare'] as const;
let servers: ModelServers<(typeof names)[number]>;
beforeAll(async () => {
  servers = await startModelServers(names);
});
beforeEach(() => servers.reset());
afterAll(() => servers.close());

const keys = Array.from({ length: 30 }, (_, index) => `oc-client-${index}-0123456789abcdef01234`);

function specFor(port: number, withLua: boolean): string {
  const split = 'split: { old: 50%, new: 50% }';
  return `
version: 1
server: { listen: { http: "127.0.0.1:${port}" }, trusted_proxies: [127.0.0.1] }
upstreams:
  old: ["${servers.address('old')}"]
  new: { servers: ["${servers.address('new')}"], base_path: /new }
  spare: ["${servers.address('spare')}"]
routes:
  - { path: /drawn/, auth: none, split: { old: 90%, new: 10% }, strip_prefix: /drawn }
  - { path: /all/, auth: none, split: { old: 0%, new: 100% }, strip_prefix: /all, force_header: X-Canary }
  - { path: /client/, auth: none, ${split}, sticky: client, strip_prefix: /client, force_header: X-Canary }
  - { path: /header/, auth: none, ${split}, sticky: { header: X-Session-Id }, strip_prefix: /header }
  - { path: /cookie/, auth: none, ${split}, sticky: { cookie: session }, strip_prefix: /cookie }
${
  withLua
    ? `
  - { path: /apps/, auth: apps, ${split}, sticky: client, strip_prefix: /apps }
  - { path: /safe/, auth: none, ${split}, sticky: { header: X-Session-Id }, fallback: spare, strip_prefix: /safe }
key_maps:
  apps: { from: [bearer], clients: [${keys.map((key, index) => `{ id: app-${index}, key: "${hashOf(key)}" }`).join(', ')}] }
`
    : ''
}`;
}

async function start(release: (typeof nginxReleases)[number], target?: 'plain'): Promise<Gateway> {
  const port = await freePort();
  const common = { release, ports: [port] as const, spec: specFor(port, target === undefined) };
  return startGateway(target === undefined ? { ...common, secrets: keys } : { ...common, target });
}

/** What holds with our Lua and without it. */
function describeSplits(gateway: () => Gateway): void {
  const side = async (path: string, headers: Record<string, string> = {}) => {
    const response = await gateway().send({ path, headers, json: { model: 'x' } });
    expect(response.status).toBe(200);
    expect(response.headers['x-openclaw-side']).toBe(response.headers['x-mock-server']);
    return response.headers['x-mock-server'] ?? '';
  };
  const values = Array.from({ length: 40 }, (_, index) => `value-${index}`);

  test('requests are drawn by their shares', async () => {
    const counts = await servers.countOf(async () => {
      for (let index = 0; index < 300; index += 1) await side('/drawn/v1/chat/completions');
    });
    expect(counts.old + counts.new).toBe(300);
    expect(counts.new).toBeGreaterThan(8);
    expect(counts.new).toBeLessThan(65);
  });

  test('each side has its own path, and the log knows it', async () => {
    const before = servers.of.new.requests.length;
    expect(await side('/all/v1/chat/completions?a=1')).toBe('new');
    expect(servers.of.new.requests[before]?.url).toBe('/new/v1/chat/completions?a=1');
    const line = await gateway().logged((found) => found.path === '/new/v1/chat/completions');
    expect(line).toMatchObject({ side: 'new', upstream: 'new', status: 200 });
  });

  test.each([
    ['/header/v1/x', (value: string) => ({ 'X-Session-Id': value })],
    ['/cookie/v1/x', (value: string) => ({ Cookie: `a=b; session=${value}; c=d` })],
    ['/client/v1/x', (value: string) => ({ 'X-Forwarded-For': `192.0.2.${value.slice(6)}` })],
    ['/header/v1/x', (value: string) => ({ 'X-Forwarded-For': `192.0.2.${value.slice(6)}` })],
  ] as const)('%s: one keeps its side, and both sides have some', async (path, headersOf) => {
    const first = new Map<string, string>();
    for (const value of values) first.set(value, await side(path, headersOf(value)));
    for (const value of values) expect(await side(path, headersOf(value))).toBe(first.get(value));
    expect(new Set(first.values())).toEqual(new Set(['old', 'new']));
  });

  test('a header names the side, even one without a share; nonsense changes nothing', async () => {
    expect(await side('/all/v1/x', { 'X-Canary': 'old' })).toBe('old');
    expect(await side('/all/v1/x', { 'X-Canary': 'spare' })).toBe('new');
    const client = { 'X-Forwarded-For': '192.0.2.77' };
    const usual = await side('/client/v1/x', client);
    for (const name of ['old', 'new']) expect(await side('/client/v1/x', { ...client, 'X-Canary': name })).toBe(name);
    for (const name of ['', 'spare', '"; evil', '@client.old'])
      expect(await side('/client/v1/x', { ...client, 'X-Canary': name })).toBe(usual);
  });
}

describe.each(nginxReleases)('splits on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await start(release);
  });
  afterAll(() => gateway?.stop());
  describeSplits(() => gateway);

  test('a client keeps its side wherever it calls from', async () => {
    const sides = new Set<string>();
    for (const key of keys) {
      const found = new Set<string>();
      for (let index = 0; index < 3; index += 1) {
        const headers = { Authorization: `Bearer ${key}`, 'X-Forwarded-For': `192.0.2.${index * 40 + 1}` };
        const response = await gateway.send({ path: '/apps/v1/x', headers });
        expect(response.status).toBe(200);
        found.add(response.headers['x-openclaw-side'] ?? '');
      }
      expect(found.size).toBe(1);
      for (const name of found) sides.add(name);
    }
    expect(sides).toEqual(new Set(['old', 'new']));
  });

  test('a side that fails has a fallback, and is still the side', async () => {
    await servers.of.old.refuse();
    await servers.of.new.refuse();
    const response = await gateway.send({ path: '/safe/v1/x', headers: { 'X-Session-Id': 'one' } });
    expect(response.status).toBe(200);
    expect(response.headers['x-mock-server']).toBe('spare');
    expect(response.headers['x-openclaw-side']).toMatch(/^(old|new)$/);
  });
});

describe.each(nginxReleases.filter((release) => release !== '1.22'))('splits on plain nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await start(release, 'plain');
  });
  afterAll(() => gateway?.stop());
  describeSplits(() => gateway);
});
