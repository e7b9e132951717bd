import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import type { Behaviour } from '../helpers/mock/behaviour.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { promptOf, readPrompts, sendAll } from './mixed-prompts.ts';

const names = ['first', 'second', 'shadow'] as const;
let servers: ModelServers<(typeof names)[number]>;
beforeAll(async () => {
  servers = await startModelServers(names);
});
beforeEach(async () => {
  await servers.reset();
  for (const name of names) servers.of[name].requests.length = 0;
});
afterAll(() => servers.close());

const clients = ['busy', 'idle', 'hasty', 'calm'] as const;
const keyOf = (client: (typeof clients)[number]): string => `oc-together-${client}-0123456789abcdef`;
const firstName = 'a-name-that-is-longer-than-what-clients-say';
const secondName = 'meta/llama-3';

const json = { 'Content-Type': 'application/json' };

describe.each(nginxReleases)('routing together with other things on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      workers: 2,
      ports: [port],
      secrets: clients.map(keyOf),
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  first: { servers: ["${servers.address('first')}"], breaker: false }
  second: { servers: ["${servers.address('second')}"], breaker: false }
  shadow: ["${servers.address('shadow')}"]
key_maps:
  apps: { clients: [${clients.map((id) => `{ id: ${id}, key: "${hashOf(keyOf(id))}" }`).join(', ')}] }
rate_zones:
  model: { key: client, rate: 1r/m, burst: 2 }
  sides: { key: client, rate: 1r/m, burst: 2 }
models:
  smart: { upstream: first, as: ${firstName}, fallback: { upstream: second, as: ${secondName} } }
routes:
  - { name: model, path: /model/, auth: apps, limits: model, upstream: by_model, strip_prefix: /model }
  - { name: sides, path: /sides/, auth: apps, limits: sides, split: { first: 50%, shadow: 50% }, fallback: { upstream: second, as: ${secondName} }, strip_prefix: /sides }
  - { name: socket, path: /socket/, auth: none, websocket: true, upstream: first, fallback: second, strip_prefix: /socket }
  - { name: hanging, path: /hanging/, auth: none, upstream: by_model, timeouts: { connect: 1s, first_byte: 3s, idle: 12s, total: 15s }, strip_prefix: /hanging }
  - { name: copied, path: /copied/, auth: none, upstream: by_model, mirror: shadow, strip_prefix: /copied }
`,
    });
  });
  afterAll(() => gateway?.stop());

  const chat = '/v1/chat/completions';

  describe.each([
    ['model', firstName, ['busy', 'idle']],
    ['sides', 'smart', ['hasty', 'calm']],
  ] as const)('a limit on the route %s', (route, sentFirst, [client, other]) => {
    const ask = (body: string, who: (typeof clients)[number] = client) =>
      gateway.send({
        path: `/${route}${chat}`,
        headers: { Authorization: `Bearer ${keyOf(who)}`, ...json },
        body,
      });

    test('counts requests, not their attempts, and leads to no attempt itself', async () => {
      for (const name of ['first', 'shadow'] as const) servers.of[name].behave({ status: 500 });
      for (let index = 0; index < 3; index += 1) {
        const response = await ask(promptOf('smart', index, 30_000));
        expect([response.status, response.headers['x-mock-server']]).toEqual([200, 'second']);
        const tried = [...servers.of.first.requests, ...servers.of.shadow.requests].map(({ body }) => body.toString());
        expect(tried).toHaveLength(index + 1);
        expect(tried).toContain(promptOf(sentFirst, index, 30_000));
        expect(servers.of.second.requests[index]?.body.toString()).toBe(promptOf(secondName, index, 30_000));
      }
      const counts = await servers.countOf(async () => {
        const response = await ask(promptOf('smart', 3, 30_000));
        expect(response.status).toBe(429);
        expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
        expect(response.json().error.code).toBe('rate_limit_exceeded');
      });
      expect(counts).toEqual({ first: 0, second: 0, shadow: 0 });
      expect((await ask(promptOf('smart', 4, 200), other)).status).toBe(200);
    });
  });

  describe('a websocket', () => {
    test.each<[name: string, begin: () => unknown, counts: readonly [first: number, second: number]]>([
      ['reaches the first upstream', () => undefined, [1, 0]],
      ['goes to the second when the first refuses connections', () => servers.of.first.refuse(), [0, 1]],
      ['goes to the second when the first says 503', () => servers.of.first.behave({ status: 503 }), [1, 1]],
    ])('%s', async (_name, begin, [first, second]) => {
      await begin();
      const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/socket/v1/realtime?model=x`);
      await new Promise((resolve, reject) => socket.on('open', () => resolve(undefined)).on('error', reject));
      for (const message of ['hello', 'x'.repeat(200_000), Buffer.from([0, 1, 255, 254])]) {
        const echoed = new Promise<Buffer>((resolve) => socket.on('message', resolve));
        socket.send(message);
        expect((await echoed).equals(Buffer.from(message))).toBe(true);
      }
      socket.close();
      const handshake = { websocket: true, url: '/v1/realtime?model=x' };
      expect(servers.of.first.requests).toMatchObject(Array(first).fill(handshake));
      expect(servers.of.second.requests).toMatchObject(Array(second).fill(handshake));
    });
  });

  test('a reload loses no request whose first upstream says nothing', async () => {
    servers.of.first.behave({ delayMs: 20_000 });
    const prompts = Array.from({ length: 20 }, (_, index) => promptOf('smart', index, 30_000));
    let ended = 0;
    const answers = prompts.map(async (body) => {
      const response = await gateway.send({ path: `/hanging${chat}`, headers: json, body });
      ended += 1;
      return [response.status, response.headers['x-mock-server']];
    });
    const old = await gateway.workerPids();
    await expect.poll(() => servers.of.first.requests.length, { timeout: 5_000 }).toBe(prompts.length);
    await gateway.reload();
    expect(ended).toBe(0);
    expect(await Promise.all(answers)).toEqual(prompts.map(() => [200, 'second']));
    const received = servers.of.second.requests.map(({ body }) => body.toString());
    expect(new Set(received)).toEqual(new Set(prompts.map((_, index) => promptOf(secondName, index, 30_000))));
    const isGone = async () => !(await gateway.workerPids()).some((pid) => old.includes(pid));
    await expect.poll(isGone, { timeout: 10_000 }).toBe(true);
  });

  test.each<[name: string, behaviour: Partial<Behaviour> | 'refuse']>([
    ['answers 500', { status: 500 }],
    ['resets connections', { reset: true }],
    // The only one that is over before nginx has sent the copy.
    ['refuses connections', 'refuse'],
  ])('requests and their copies are whole while a first upstream %s', async (_name, behaviour) => {
    if (behaviour === 'refuse') await servers.of.first.refuse();
    else servers.of.first.behave(behaviour);
    const sizes = Array.from({ length: 300 }, (_, index) => [200, 30_000, 300_000][index % 3] ?? 0);
    const answers = await sendAll(16, sizes, (size, index) =>
      gateway.send({ path: `/copied${chat}`, headers: json, body: promptOf('smart', index, size) }),
    );
    const by = answers.map(({ status, headers }) => `${status} by ${headers['x-mock-server']}`);
    expect(new Set(by)).toEqual(new Set(['200 by second']));
    const { first, second, shadow } = servers.of;
    const isWhole = ({ receivedAt }: { receivedAt?: number }) => receivedAt !== undefined;
    await expect.poll(() => shadow.requests.filter(isWhole).length, { timeout: 5_000 }).toBe(sizes.length);
    for (const [server, model] of [
      ...(behaviour === 'refuse' ? [] : [[first, firstName] as const]),
      [second, secondName] as const,
      [shadow, firstName] as const,
    ])
      expect(readPrompts(server.requests, sizes)).toEqual(sizes.map((_, index) => `${index} for ${model}`));
    expect(await gateway.errorLog()).not.toContain('exited on signal');
  });
});
