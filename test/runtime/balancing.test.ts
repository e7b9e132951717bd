import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

const names = ['a', 'b', 'c', 'secure'] as const;
let servers: Record<(typeof names)[number], MockModelServer>;
let certificates: Certificates;
beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['llm.test']));
  const tls = certificates.leaves['llm.test'];
  if (tls === undefined) throw new Error('no certificate');
  servers = {
    a: await startMockModelServer({ name: 'a' }),
    b: await startMockModelServer({ name: 'b' }),
    c: await startMockModelServer({ name: 'c' }),
    secure: await startMockModelServer({ name: 'secure', tls }),
  };
});
beforeEach(async () => {
  for (const name of names) servers[name].behave({});
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

const address = (name: (typeof names)[number]) => `127.0.0.1:${servers[name].port}`;

/** How many requests each server gets of those that `work` sends. */
async function countOf(work: () => Promise<unknown>): Promise<Record<(typeof names)[number], number>> {
  const before = names.map((name) => servers[name].requests.length);
  await work();
  const counts = names.map((name, index) => [name, servers[name].requests.length - (before[index] ?? 0)]);
  return Object.fromEntries(counts);
}

async function times(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await work(index);
}

const pools: readonly (readonly [name: string, settings: string | (() => string)])[] = [
  ['round', () => `["${address('a')}", "${address('b')}", "${address('c')}"]`],
  [
    'weighted',
    () => `[{ address: "${address('a')}", weight: 5 }, "${address('b')}", { address: "${address('c')}", weight: 0 }]`,
  ],
  ['least', () => `{ balance: least_conn, servers: ["${address('a')}", "${address('b')}"] }`],
  ['address', () => `{ balance: ip_hash, servers: ["${address('a')}", "${address('b')}", "${address('c')}"] }`],
  [
    'session',
    () =>
      `{ balance: { hash: { header: X-Session-Id } }, servers: ["${address('a')}", "${address('b')}", "${address('c')}"] }`,
  ],
  [
    'user',
    () =>
      `{ balance: { hash: { query: user }, consistent: false }, servers: ["${address('a')}", "${address('b')}", "${address('c')}"] }`,
  ],
  ['uri', () => `{ balance: { hash: uri }, servers: ["${address('a')}", "${address('b')}", "${address('c')}"] }`],
  ['client', () => `{ balance: { hash: client }, servers: ["${address('a')}", "${address('b')}", "${address('c')}"] }`],
  ['random', () => `{ balance: random, servers: ["${address('a')}", "${address('b')}", "${address('c')}"] }`],
  ['down', () => `["${address('a')}", { address: "${address('b')}", down: true }]`],
  ['backup', () => `["${address('a')}", "${address('b')}", { address: "${address('c')}", backup: true }]`],
  ['failing', () => `[{ address: "${address('a')}", max_fails: 2, fail_timeout: 2s }, "${address('b')}"]`],
  ['careful', () => `["${address('a')}", "${address('b')}"]`],
  ['narrow', () => `[{ address: "${address('a')}", max_conns: 1 }, "${address('b')}"]`],
  ['narrowest', () => `[{ address: "${address('a')}", max_conns: 1 }]`],
  ['kept', () => `["${address('a')}"]`],
  ['brief', () => `{ keepalive: { connections: 4, timeout: 1s }, servers: ["${address('a')}"] }`],
  ['few', () => `{ keepalive: { requests: 5 }, servers: ["${address('a')}"] }`],
  ['single', () => `{ keepalive: false, servers: ["${address('a')}"] }`],
  ['kept-tls', () => `{ tls: { name: llm.test, ca: ssl/ca.crt }, servers: ["${address('secure')}"] }`],
  [
    'single-tls',
    () => `{ keepalive: false, tls: { name: llm.test, ca: ssl/ca.crt }, servers: ["${address('secure')}"] }`,
  ],
];

async function startPools(release: (typeof nginxReleases)[number], workers: number): Promise<Gateway> {
  const port = await freePort();
  return startGateway({
    release,
    workers,
    ports: [port],
    files: { 'ssl/ca.crt': certificates.ca.cert },
    spec: [
      'version: 1',
      `server: { listen: { http: "127.0.0.1:${port}" }, trusted_proxies: [127.0.0.1] }`,
      'upstreams:',
      ...pools.map(([name, settings]) => `  ${name}: ${typeof settings === 'string' ? settings : settings()}`),
      'routes:',
      ...pools.map(([name]) => `  - { path: /${name}/, upstream: ${name}, auth: none }`),
    ].join('\n'),
  });
}

describe.each(nginxReleases)('nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startPools(release, 1);
  });
  afterAll(() => gateway?.stop());

  /** Sends a request on behalf of a client and returns the name of the server that answered. */
  async function ask(
    path: string,
    options: { client?: string; headers?: Record<string, string> } = {},
  ): Promise<string> {
    const headers = { 'X-Forwarded-For': options.client ?? '192.0.2.1', ...options.headers };
    const response = await gateway.send({ path, headers, method: 'POST', body: '{}' });
    return response.status === 200 ? (response.headers['x-mock-server'] ?? '') : String(response.status);
  }
  const clients = Array.from({ length: 40 }, (_, index) => `10.${index}.7.1`);

  test('round robin takes turns', async () => {
    const order: string[] = [];
    await times(9, async () => order.push(await ask('/round/')));
    expect(order.slice(0, 3).sort()).toEqual(['a', 'b', 'c']);
    expect(order.slice(3)).toEqual([...order.slice(0, 3), ...order.slice(0, 3)]);
  });

  test('weights share out exactly, and 0 takes none', async () => {
    expect(await countOf(() => times(60, () => ask('/weighted/')))).toMatchObject({ a: 50, b: 10, c: 0 });
  });

  test('least_conn spares the slow server', async () => {
    servers.a.behave({ delayMs: 400 });
    const counts = await countOf(() => Promise.all(Array.from({ length: 4 }, () => times(10, () => ask('/least/')))));
    expect(counts.a + counts.b).toBe(40);
    expect(counts.a).toBeGreaterThan(0);
    expect(counts.a).toBeLessThan(counts.b / 2);
  });

  test.each(['/address/', '/client/'])('%s keeps a client at one server, and spreads the clients', async (path) => {
    const first = new Map<string, string>();
    for (const client of clients) first.set(client, await ask(path, { client }));
    for (const client of clients) expect(await ask(path, { client })).toBe(first.get(client));
    expect(new Set(first.values())).toEqual(new Set(['a', 'b', 'c']));
  });

  test('ip_hash keeps a network at one server, hash by client does not', async () => {
    const neighbours = Array.from({ length: 40 }, (_, index) => `10.1.1.${index}`);
    const serversOf = async (path: string) =>
      new Set(await Promise.all(neighbours.map((client) => ask(path, { client }))));
    expect((await serversOf('/address/')).size).toBe(1);
    expect((await serversOf('/client/')).size).toBe(3);
  });

  test('hash by header keeps a key at one server, whoever sends it', async () => {
    const answers = new Map<string, Set<string>>();
    for (let session = 0; session < 30; session += 1) {
      const headers = { 'X-Session-Id': `session-${session}` };
      const found = await Promise.all(clients.slice(0, 4).map((client) => ask('/session/', { client, headers })));
      answers.set(`session-${session}`, new Set(found));
    }
    for (const found of answers.values()) expect(found.size).toBe(1);
    expect(new Set([...answers.values()].flatMap((found) => [...found]))).toEqual(new Set(['a', 'b', 'c']));
  });

  test.each(['/session/', '/user/'])('%s spreads by address when there is no key', async (path) => {
    const first = new Map<string, string>();
    for (const client of clients) first.set(client, await ask(path, { client }));
    for (const client of clients) expect(await ask(path, { client })).toBe(first.get(client));
    expect(new Set(first.values())).toEqual(new Set(['a', 'b', 'c']));
  });

  test('hash by query argument and by path', async () => {
    for (const [one, other] of [
      ['/user/x?user=ann', '/user/y?z=1&user=ann'],
      ['/uri/x', '/uri/x?other=1'],
    ] as const)
      expect(await ask(one, { client: '10.1.1.1' })).toBe(await ask(other, { client: '10.2.2.2' }));
    for (const of of [(index: number) => `/user/?user=u${index}`, (index: number) => `/uri/${index}`]) {
      const found = new Set<string>();
      await times(30, async (index) => found.add(await ask(of(index))));
      expect(found).toEqual(new Set(['a', 'b', 'c']));
    }
  });

  test('random uses every server, in no order', async () => {
    const order: string[] = [];
    await times(60, async () => order.push(await ask('/random/')));
    for (const name of ['a', 'b', 'c']) expect(order.filter((found) => found === name).length).toBeGreaterThan(3);
    expect(order.slice(3)).not.toEqual(order.slice(0, -3));
  });

  test('a server that is down gets nothing', async () => {
    expect(await countOf(() => times(10, () => ask('/down/')))).toMatchObject({ a: 10, b: 0 });
  });

  test('a backup answers only when the others are gone', async () => {
    expect(await countOf(() => times(10, () => ask('/backup/')))).toMatchObject({ a: 5, b: 5, c: 0 });
    await servers.a.refuse();
    try {
      expect(await countOf(() => times(4, () => ask('/backup/')))).toMatchObject({ b: 4, c: 0 });
      await servers.b.refuse();
      try {
        expect(await countOf(() => times(4, () => ask('/backup/')))).toMatchObject({ c: 4 });
      } finally {
        await servers.b.accept();
      }
    } finally {
      await servers.a.accept();
    }
  });

  test('a server that refuses is stepped around, then left alone for fail_timeout, then back', async () => {
    await servers.a.refuse();
    const answers: string[] = [];
    try {
      await times(10, async () => answers.push(await ask('/failing/')));
    } finally {
      await servers.a.accept();
    }
    expect(answers).toEqual(Array(10).fill('b'));
    // It could answer again, but nobody asks it.
    expect(await countOf(() => times(10, () => ask('/failing/')))).toMatchObject({ a: 0, b: 10 });
    // nginx counts whole seconds.
    await expect.poll(() => ask('/failing/'), { timeout: 8_000, interval: 200 }).toBe('a');
    expect((await countOf(() => times(10, () => ask('/failing/')))).a).toBeGreaterThan(3);
    const tries = await triesAt(gateway, '/failing/', address('a'));
    expect(tries.filter((status) => status === '502')).toHaveLength(2);
  });

  test('a POST that a server has dropped is not sent to another', async () => {
    servers.a.behave({ drop: true });
    servers.b.behave({ drop: true });
    const counts = await countOf(async () => expect(await ask('/careful/')).toBe('502'));
    expect(counts.a + counts.b).toBe(1);
  });

  test('max_conns sends the rest elsewhere, and 502 when there is no elsewhere', async () => {
    servers.a.behave({ delayMs: 600 });
    servers.b.behave({ delayMs: 600 });
    const all = (path: string) => Promise.all(Array.from({ length: 6 }, () => ask(path)));
    expect((await all('/narrow/')).sort()).toEqual(['a', 'b', 'b', 'b', 'b', 'b']);
    expect((await all('/narrowest/')).sort()).toEqual(['502', '502', '502', '502', '502', 'a']);
  });

  test.each([
    ['/kept/', 'a'],
    ['/kept-tls/', 'secure'],
  ] as const)('%s uses its connection again', async (path, name) => {
    const before = servers[name].connections;
    await times(50, async (index) => expect(await ask(`${path}${index}`)).toBe(name));
    expect(servers[name].connections - before).toBeLessThanOrEqual(2);
  });

  test.each([
    ['/single/', 'a'],
    ['/single-tls/', 'secure'],
  ] as const)('%s uses none again', async (path, name) => {
    const before = servers[name].connections;
    await times(10, async () => expect(await ask(path)).toBe(name));
    expect(servers[name].connections - before).toBe(10);
  });

  test('an idle connection is dropped in time, and after so many requests', async () => {
    const before = servers.a.connections;
    await times(3, () => ask('/brief/'));
    await sleep(1_500);
    await times(3, () => ask('/brief/'));
    expect(servers.a.connections - before).toBe(2);
    await times(20, () => ask('/few/'));
    expect(servers.a.connections - before).toBe(6);
  });
});

test.each(nginxReleases)('nginx %s: workers share what they know of a server', async (release) => {
  const gateway = await startPools(release, 2);
  await servers.a.refuse();
  try {
    // nginx answers as soon as one of them runs.
    await expect.poll(() => gateway.workerPids()).toHaveLength(2);
    const workers = await gateway.workerPids();
    // While one worker is stopped, the other takes every connection.
    for (const stopped of workers) {
      process.kill(stopped, 'SIGSTOP');
      try {
        await expect.poll(() => readFile(`/proc/${stopped}/stat`, 'utf8'), { interval: 5 }).toMatch(/\) T /);
        await times(6, async () => expect((await gateway.send({ path: '/backup/x' })).status).toBe(200));
      } finally {
        process.kill(stopped, 'SIGCONT');
      }
    }
    expect(await triesAt(gateway, '/backup/x', address('a'))).toEqual(['502']);
  } finally {
    await servers.a.accept();
    await gateway.stop();
  }
});

/** The status of each try at an address, in the order of the access log. */
async function triesAt(gateway: Gateway, path: string, server: string): Promise<readonly string[]> {
  await gateway.send({ path: '/last' });
  await gateway.logged((line) => line.path === '/last');
  const lines = (await gateway.accessLog())
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return lines
    .filter((line) => line.path === path)
    .flatMap((line) => {
      const statuses = line.upstream_status.split(', ');
      return line.upstream_address
        .split(', ')
        .flatMap((tried: string, index: number) => (tried === server ? [statuses[index]] : []));
    });
}
