import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, type onTestFinished, test } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { request } from '../../helpers/http-client.ts';
import { drive, tally } from '../drive.ts';
import { type PacedOrigin, startPacedOrigin } from '../streams/paced-origin.ts';
import { type BalancedGateway, type BalancedGatewayOptions, startBalancedGateway } from './balanced-gateway.ts';

type Stops = (() => Promise<unknown>)[];

/** Ends in turn, the last one first, whatever a test starts; tests that run at the same time have one each. */
function stopsOf(context: { readonly onTestFinished: typeof onTestFinished }): Stops {
  const stops: Stops = [];
  context.onTestFinished(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  return stops;
}

type Options = Omit<BalancedGatewayOptions, 'release' | 'servers'> & {
  /** How long each server's answers take, in ms. */
  readonly delays: readonly number[];
  readonly servers?: Partial<BalancedGatewayOptions['servers'][number]>[];
};

describe.each(['1.22', '1.30'] as const)('balancing on nginx %s', (release) => {
  async function start(stops: Stops, options: Options): Promise<[gateway: BalancedGateway, ...origins: PacedOrigin[]]> {
    const port = await freePort();
    const hosts = options.delays.map((_, index) => `127.0.0.${index + 2}`);
    const origins = await Promise.all(
      hosts.map((host, index) => startPacedOrigin(host, port, { stops, delayMs: options.delays[index] ?? 0 })),
    );
    const servers = hosts.map((host, index) => ({ host, port, ...options.servers?.[index] }));
    const gateway = await startBalancedGateway({ release, ...options, servers });
    stops.push(gateway.stop);
    return [gateway, ...origins];
  }

  test.for([1, 4])('`random` shares 2,000 requests by weight with %i workers', async (workers, context) => {
    const [{ port }] = await start(stopsOf(context), {
      kind: 'random',
      workers,
      delays: [0, 0, 0],
      servers: [{}, {}, { weight: 2 }],
    });
    const answers = await drive({ port, count: 2_000, concurrency: 4, freshConnections: true });
    const shares = tally(answers.map(({ text }) => text));
    // Of two the less busy one is taken, so that the light ones get a little more than their weight says.
    expect(shares['127.0.0.2'] ?? 0).toBeGreaterThan(420);
    expect(shares['127.0.0.3'] ?? 0).toBeGreaterThan(420);
    expect(shares['127.0.0.4'] ?? 0).toBeGreaterThan(700);
    expect(shares['127.0.0.4'] ?? 0).toBeLessThan(1_080);
  });

  test.for([1, 4])('`least_conn` keeps equally many open per weight, with %i workers', async (workers, context) => {
    // A server that takes three times as long gets a third of the requests: all have the same number open.
    const [{ port }, quick, slow] = await start(stopsOf(context), { kind: 'least_conn', workers, delays: [60, 180] });
    await drive({ port, count: 1_000, concurrency: 40, freshConnections: true });
    expect(slow?.requests ?? 0).toBeGreaterThan(200);
    expect(slow?.requests ?? 0).toBeLessThan(400);
    expect(Math.abs((quick?.mostActive ?? 0) - (slow?.mostActive ?? 0))).toBeLessThanOrEqual(4);
  });

  test('`hash` keeps keys where they are, and moves only those of a server that goes', async (context) => {
    const options = { kind: 'hash', fields: 'key = "http_x_key",', tries: 4 };
    const [{ port }, , , third] = await start(stopsOf(context), {
      ...options,
      delays: [0, 0, 0, 0],
      servers: Array(4).fill({ failTimeout: 60 }),
    });
    const ask = async () =>
      (
        await drive({
          port,
          count: 2_000,
          concurrency: 8,
          request: (index) => ({ headers: { 'X-Key': `key-${index}` } }),
        })
      ).map(({ text }) => text);
    const before = await ask();
    expect(Math.min(...Object.values(tally(before)))).toBeGreaterThan(375);
    expect(Math.max(...Object.values(tally(before)))).toBeLessThan(625);
    expect(await ask()).toEqual(before);
    await third?.refuse();
    const after = await ask();
    for (const [index, address] of after.entries()) {
      if (before[index] !== '127.0.0.4') expect(address).toBe(before[index]);
    }
    const heirs = tally(after.filter((_, index) => before[index] === '127.0.0.4'));
    expect(Object.keys(heirs).sort()).toEqual(['127.0.0.2', '127.0.0.3', '127.0.0.5']);
  });

  test('`hash` respects weights, within a fifth', async (context) => {
    const options = { kind: 'hash', fields: 'key = "http_x_key",', delays: [0, 0], servers: [{}, { weight: 4 }] };
    const [{ port }] = await start(stopsOf(context), options);
    const answers = await drive({
      port,
      count: 2_000,
      concurrency: 8,
      request: (index) => ({ headers: { 'X-Key': `k${index}` } }),
    });
    const heavy = tally(answers.map(({ text }) => text))['127.0.0.3'] ?? 0;
    expect(heavy).toBeGreaterThan(1_440);
    expect(heavy).toBeLessThan(1_760);
  });

  // Those below wait more than they compute: some of them run at the same time.
  // Long enough that a busy machine adds little to them.
  test.concurrent.for([
    { workers: 1, delays: [40, 200] },
    { workers: 4, delays: [40, 200, 40] },
    { workers: 1, delays: [200, 200, 40] },
  ])(
    '`least_time` with $workers workers and servers of $delays ms gives the slow ones less than 15 percent',
    async ({ workers, delays }, context) => {
      const [{ port }, ...origins] = await start(stopsOf(context), { kind: 'least_time', workers, delays });
      // What is slow gets its part of the first eight and a trial each second: 1 to 3 percent.
      await drive({ port, count: 1_000, concurrency: 8 });
      for (const [index, origin] of origins.entries()) {
        if (delays[index] === 200) expect(origin.requests / 1_000).toBeLessThan(0.15);
        else expect(origin.requests / 1_000).toBeGreaterThan(0.25);
      }
    },
  );

  test.concurrent('`least_time` leaves a server that becomes slow, and finds one that is quick again', async (context) => {
    const [{ port }, first, second] = await start(stopsOf(context), { kind: 'least_time', delays: [20, 20] });
    const share = async () => {
      const before = second?.requests ?? 0;
      // One at a time: the number of those under way tells nothing.
      await drive({ port, count: 100, concurrency: 1 });
      return ((second?.requests ?? 0) - before) / 100;
    };
    await context.expect.poll(share, { timeout: 20_000, interval: 1 }).toBeGreaterThan(0.2);
    if (second) second.delayMs = 200;
    await share();
    expect(await share()).toBeLessThan(0.15);
    if (second) second.delayMs = 20;
    await context.expect.poll(share, { timeout: 20_000, interval: 1 }).toBeGreaterThan(0.2);
    expect(first?.requests).toBeGreaterThan(100);
  });

  test.concurrent('`least_time` does not take a server that fails at once for a quick one', async (context) => {
    const [{ port }, , failing] = await start(stopsOf(context), { kind: 'least_time', delays: [40, 0] });
    if (failing) failing.status = 503;
    // Both have answered once: until then nothing is known, and what is free is taken as often as it answers.
    const first = await drive({ port, count: 4, concurrency: 1 });
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set([200, 503]));
    const answers = await drive({ port, count: 1_000, concurrency: 8 });
    // A trial is at most every 17th request, and at most one in a second.
    expect(answers.filter(({ status }) => status === 503).length).toBeLessThan(70);
  });

  test.concurrent.for(['round_robin', 'least_conn', 'random', 'least_time', 'hash'])(
    'with `%s` a server that is marked by one worker is left out by all, and starts slowly when it is back',
    async (kind, context) => {
      const [{ port }, , second] = await start(stopsOf(context), {
        kind,
        workers: 2,
        delays: [0, 0],
        fields: 'key = "http_x_key",',
        servers: [{}, { failTimeout: 2, slowStart: 10 }],
      });
      const spread = async (count: number) => {
        const toAnyKey = () => ({ headers: { 'X-Key': String(Math.random()) } });
        const answers = await drive({ port, count, concurrency: 2, freshConnections: true, request: toAnyKey });
        expect(answers.every(({ status }) => status === 200)).toBe(true);
        return answers.filter(({ text }) => text === '127.0.0.3').length / count;
      };
      await context.expect.poll(() => spread(200), { timeout: 20_000, interval: 1 }).toBeGreaterThan(0.2);
      await second?.refuse();
      const back = Date.now() + 2_000;
      await spread(40);
      await second?.accept();
      await sleep(250);
      const seen = second?.requests;
      await spread(60);
      expect(second?.requests).toBe(seen);
      await sleep(2_000);
      // Its weight is about 3 percent of what it was: 300 requests by chance all miss it once in 10,000 times.
      const young = await spread(300);
      const weight = (Date.now() - back) / 10_000;
      expect(young).toBeGreaterThan(0);
      // On a busy machine they take so long that it has grown up in the meantime.
      expect(young).toBeLessThan(Math.max(0.33, weight / (1 + weight) + 0.1));
      await context.expect.poll(() => spread(100), { timeout: 20_000, interval: 500 }).toBeGreaterThan(0.2);
    },
  );

  test('a server that one worker has marked gets nothing from another', async (context) => {
    const stops = stopsOf(context);
    const [{ port }, , second] = await start(stops, { workers: 2, delays: [0, 0] });
    const agents = new Map<string, Agent>();
    while (agents.size < 2) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      stops.push(async () => agent.destroy());
      const { headers } = await request({ port, agent });
      agents.set(headers['x-worker'] ?? '', agent);
    }
    await second?.refuse();
    const servers: string[] = [];
    for (const agent of agents.values()) {
      for (let index = 0; index < 6; index += 1) {
        servers.push((await request({ port, agent })).headers['x-server'] ?? '');
      }
      await sleep(300);
    }
    // Of all tries one has failed, and been followed by another.
    expect(servers.filter((list) => list.includes('127.0.0.3'))).toHaveLength(1);
  });

  test('a unix socket, and names of the C library without a resolver', async (context) => {
    const stops = stopsOf(context);
    const port = await freePort();
    await startPacedOrigin('127.0.0.7', port, { stops });
    const gateway = await startBalancedGateway({
      release,
      servers: [
        { host: 'llm.internal', port },
        { host: '/run/llm.sock', unix: true },
      ],
      hosts: { 'llm.internal': '127.0.0.7' },
    });
    stops.push(gateway.stop);
    await startPacedOrigin(gateway.locate('/run/llm.sock'), 0, { stops });
    const answers = await drive({ port: gateway.port, count: 20, concurrency: 1 });
    expect(tally(answers.map(({ headers }) => headers['x-server'] ?? ''))).toEqual({
      [`127.0.0.7:${port}`]: 10,
      'unix:/run/llm.sock': 10,
    });
  });
});
