import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { request } from '../../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { type RoutedGateway, startRoutedGateway } from './routed-gateway.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function mock(name: string): Promise<MockModelServer> {
  const server = await startMockModelServer({ name });
  stops.push(server.close);
  return server;
}

const on = '{ connect = true, reset = true, timeout = true }, statuses = { 429, 500, 502, 503, 504, 529 }';

describe.each(['1.22', '1.30'] as const)('a breaker on nginx %s, with two workers', (release) => {
  async function start(options: {
    readonly servers: readonly MockModelServer[];
    readonly failures: number;
    readonly open: number;
    readonly tries?: number;
  }): Promise<RoutedGateway> {
    const [first, ...others] = options.servers.map(({ name }) => `{ upstream = "${name}" }`);
    const gateway = await startRoutedGateway({
      release,
      workers: 2,
      firstByte: '800ms',
      upstreams: Object.fromEntries(options.servers.map(({ name, port }) => [name, { ports: [port] }])),
      routes: ['chat'],
      data: `routes = { chat = { destination = "upstream", targets = { ${first} }, fallback = { ${others} },
          tries = ${options.tries ?? 3}, within = 60, on = ${on} } },
        breakers = { ${options.servers.map(({ name }) => `${name} = { failures = ${options.failures}, open = ${options.open} }`)} },`,
    });
    stops.push(gateway.stop);
    return gateway;
  }

  const ask = (gateway: RoutedGateway) =>
    request({ port: gateway.port, path: '/chat/v1/chat/completions', json: { model: 'm' } });

  /** Concurrent requests: each has a connection of its own, and so both workers get some. */
  const askMany = (gateway: RoutedGateway, count: number) =>
    Promise.all(Array.from({ length: count }, () => ask(gateway)));

  const lines = async (gateway: RoutedGateway, pattern: RegExp) => (await gateway.errorLog()).match(pattern) ?? [];

  test.each<[string, (server: MockModelServer) => unknown]>([
    ['silent', (server) => server.behave({ delayMs: 2_000 })],
    ['closed', (server) => server.refuse()],
    ['broken', (server) => server.behave({ drop: true })],
    ['failing', (server) => server.behave({ status: 500 })],
    ['overloaded', (server) => server.behave({ status: 529 })],
  ])('a %s upstream costs nothing once it has failed so often in a row', async (_, fail) => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const gateway = await start({ servers: [openai, claude], failures: 4, open: 30 });
    await fail(openai);
    for (let index = 0; index < 4; index += 1) expect((await ask(gateway)).status).toBe(200);
    const before = openai.requests.length;
    const times: number[] = [];
    for (let index = 0; index < 21; index += 1) {
      const began = performance.now();
      expect((await ask(gateway)).json().mock.name).toBe('claude');
      times.push(performance.now() - began);
    }
    // The median: the machine has other work, too.
    expect(times.sort((a, b) => a - b)[10]).toBeLessThan(50);
    expect(openai.requests.length).toBe(before);
    expect(await lines(gateway, /\[warn\].*upstream openai keeps failing/g)).toHaveLength(1);
  });

  test('only failures in a row count, and only those of the upstream', async () => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const gateway = await start({ servers: [openai, claude], failures: 3, open: 30 });
    openai.behave((_, index) => ({ status: [500, 503, 200][index % 3] ?? 200 }));
    for (let index = 0; index < 12; index += 1) await ask(gateway);
    openai.behave({ status: 400 });
    for (let index = 0; index < 6; index += 1) expect((await ask(gateway)).status).toBe(400);
    expect(openai.requests).toHaveLength(18);
    expect(await lines(gateway, /keeps failing/g)).toEqual([]);
  });

  test('a client that leaves before the answer is nobody’s failure', async () => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const gateway = await start({ servers: [openai, claude], failures: 2, open: 30 });
    openai.behave({ delayMs: 600 });
    for (let index = 0; index < 4; index += 1) {
      await expect(
        request({ port: gateway.port, path: '/chat/', json: {}, signal: AbortSignal.timeout(100) }),
      ).rejects.toThrow();
    }
    await sleep(700);
    expect((await ask(gateway)).json().mock.name).toBe('openai');
  });

  test('without anything else to ask, it answers at once and says when to come back', async () => {
    const openai = await mock('openai');
    const gateway = await start({ servers: [openai], failures: 2, open: 7 });
    openai.behave({ status: 503 });
    for (let index = 0; index < 2; index += 1) expect((await ask(gateway)).json().mock.name).toBe('openai');
    const answers = await askMany(gateway, 10);
    for (const answer of answers) {
      expect([answer.status, answer.json().error.code]).toEqual([503, 'upstream_unavailable']);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(6);
      expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(7);
    }
    expect(openai.requests).toHaveLength(2);
  });

  test('one request of all workers finds out whether it works again, and the wait doubles while it does not', async () => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const gateway = await start({ servers: [openai, claude], failures: 2, open: 0.5 });
    openai.behave({ status: 500 });
    await ask(gateway);
    await ask(gateway);
    await sleep(600);
    openai.behave({ status: 500, delayMs: 150 });
    const second = await askMany(gateway, 24);
    expect(second.every(({ status }) => status === 200)).toBe(true);
    expect(openai.requests).toHaveLength(3);

    await sleep(600);
    await askMany(gateway, 12);
    expect(openai.requests).toHaveLength(3);

    await sleep(500);
    openai.behave({ delayMs: 150 });
    const third = await askMany(gateway, 24);
    expect(third.filter((answer) => answer.json().mock.name === 'openai')).toHaveLength(1);
    expect(openai.requests).toHaveLength(4);

    const healed = await askMany(gateway, 24);
    expect(healed.every((answer) => answer.json().mock.name === 'openai')).toBe(true);
    expect(await lines(gateway, /\[warn\].*upstream openai keeps failing and gets no requests for [0-9.]+ s/g)).toEqual(
      [expect.stringContaining('for 0.5 s'), expect.stringContaining('for 1 s')],
    );
    expect(await lines(gateway, /\[notice\].*upstream openai works again/g)).toHaveLength(1);
  });

  test('the wait grows to eight times its first length', async () => {
    const openai = await mock('openai');
    const gateway = await start({ servers: [openai], failures: 1, open: 0.05 });
    openai.behave({ status: 500 });
    for (let index = 0; index < 7; index += 1) {
      await ask(gateway);
      await sleep(450);
    }
    const waits = (await lines(gateway, /for [0-9.]+ s/g)).slice(0, 6);
    expect(waits).toEqual(['for 0.05 s', 'for 0.1 s', 'for 0.2 s', 'for 0.4 s', 'for 0.4 s', 'for 0.4 s']);
  });

  test('an answer that streams for long closes it at its first byte', async () => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const gateway = await start({ servers: [openai, claude], failures: 1, open: 0.3 });
    openai.behave({ status: 500 });
    await ask(gateway);
    await sleep(400);
    openai.behave({ chunks: 20, gapMs: 100 });
    const streaming = request({
      port: gateway.port,
      path: '/chat/v1/chat/completions',
      json: { model: 'm', stream: true },
    });
    await sleep(200);
    const during = await askMany(gateway, 6);
    expect(during.map((answer) => answer.json().mock.name)).toEqual(Array(6).fill('openai'));
    expect((await streaming).text).toContain('[DONE]');
  });

  test('a trial whose client leaves is given to the next request', async () => {
    const openai = await mock('openai');
    const gateway = await start({ servers: [openai], failures: 1, open: 0.4 });
    openai.behave({ status: 500 });
    await ask(gateway);
    await sleep(450);
    openai.behave((_, index) => (index === 0 ? { delayMs: 600 } : {}));
    await expect(
      request({ port: gateway.port, path: '/chat/', json: {}, signal: AbortSignal.timeout(60) }),
    ).rejects.toThrow();
    await sleep(60);
    expect((await ask(gateway)).status).toBe(200);
  });
});
