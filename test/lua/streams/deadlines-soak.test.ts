import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { now } from '../../helpers/clock.ts';
import { stream } from '../../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type StreamGateway, startStreamGateway } from './stream-gateway.ts';

const seconds = 7;
const clients = 200;

/**
 * What clients ask for, and what may become of it. `strict` has limits of 1 s, and what is sent there breaks them;
 * `generous` has such that nobody breaks, however busy the machine is, and `free` has none.
 */
const kinds = [
  { route: 'generous', mock: { chunks: 5, 'gap-ms': 10 }, want: ['200 whole'] },
  { route: 'strict', mock: { 'delay-ms': 9_000 }, want: ['502 whole'] },
  { route: 'strict', mock: { chunks: 5, 'stall-after-chunks': 2 }, want: ['200 broken', '502 whole'] },
  { route: 'free', mock: { 'delay-ms': 1_500, chunks: 3, 'gap-ms': 10 }, want: ['200 whole'] },
  { route: 'free', mock: { chunks: 3, 'gap-ms': 1_500 }, want: ['200 whole'] },
  { route: 'brief', mock: { chunks: 100, 'gap-ms': 50 }, want: ['200 broken', '502 whole'] },
  { route: 'generous', mock: { chunks: 9, 'gap-ms': 50 }, want: ['left'], leaves: true },
] as const;

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

describe.each(nginxReleases)('nginx %s', (release) => {
  let gateway: StreamGateway;
  beforeAll(async () => {
    gateway = await startStreamGateway({
      release,
      workers: 2,
      http: `upstream models { server 127.0.0.1:${upstream.port}; keepalive 16; }`,
      routes: {
        strict: { upstream: 'http://models/', limits: '{ read = 60, first_byte = 1, idle = 1 }' },
        generous: { upstream: 'http://models/', limits: '{ read = 60, first_byte = 30, idle = 30, total = 50 }' },
        brief: { upstream: 'http://models/', limits: '{ read = 60, total = 1 }' },
        free: { upstream: 'http://models/' },
      },
    });
  });
  afterAll(() => gateway?.stop());

  async function ask(kind: (typeof kinds)[number]): Promise<string> {
    const headers = Object.entries(kind.mock).map(([name, value]) => [`x-mock-${name}`, String(value)] as const);
    const answer = await stream({
      port: gateway.port,
      path: `/${kind.route}/v1/chat/completions`,
      json: { model: 'mock-model', stream: true, messages: [] },
      headers,
    });
    try {
      for await (const _ of answer) {
        if ('leaves' in kind) {
          answer.abort();
          return 'left';
        }
      }
      return `${answer.status} whole`;
    } catch {
      return `${answer.status} broken`;
    }
  }

  test(`${clients} clients, two reloads: only what is over its limit is ended`, async () => {
    const until = now() + seconds * 1000;
    const wrong: string[] = [];
    let done = 0;
    async function client(index: number): Promise<void> {
      for (let turn = index; now() < until; turn += 1) {
        const kind = kinds[turn % kinds.length] ?? kinds[0];
        const got = await ask(kind).catch(String);
        done += 1;
        if (!kind.want.some((want) => want === got)) wrong.push(`${JSON.stringify(kind)}: ${got}`);
      }
    }
    const all = Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
    for (let reload = 0; reload < 2; reload += 1) {
      await sleep((seconds / 3) * 1000);
      await gateway.reload();
    }
    await all;
    expect(wrong).toEqual([]);
    expect(done).toBeGreaterThan(clients * 2);
    // The workers from before the reloads end once their streams have.
    await expect.poll(async () => (await gateway.workerPids()).length, { timeout: 10_000 }).toBe(2);
    expect(await gateway.errorLog()).not.toMatch(/\[(alert|crit|emerg)\]|lua entry thread|openclaw:/);
  });
});
