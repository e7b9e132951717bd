import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { request, stream } from '../../helpers/http-client.ts';
import { drive, tally } from '../drive.ts';
import { type PacedOrigin, startPacedOrigin } from '../streams/paced-origin.ts';
import { type BalancedGateway, type BalancedGatewayOptions, startBalancedGateway } from './balanced-gateway.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe.each(['1.22', '1.30'] as const)('`max_conns` on nginx %s', (release) => {
  async function start(
    limits: readonly number[],
    options: Partial<BalancedGatewayOptions> = {},
  ): Promise<[gateway: BalancedGateway, ...origins: PacedOrigin[]]> {
    const port = await freePort();
    const hosts = limits.map((_, index) => `127.0.0.${index + 2}`);
    const origins = await Promise.all(hosts.map((host) => startPacedOrigin(host, port, { stops, delayMs: 20 })));
    const servers = hosts.map((host, index) => ({ host, port, maxConns: limits[index] ?? 0, maxFails: 0 }));
    const gateway = await startBalancedGateway({ release, ...options, servers });
    stops.push(gateway.stop);
    return [gateway, ...origins];
  }

  const isFree = async ({ port }: BalancedGateway) => (await request({ port })).status;

  test.each([
    ['round_robin', 1],
    ['round_robin', 4],
    ['least_time', 4],
    ['hash', 4],
    ['conversation', 4],
  ])('is never exceeded with `%s` and %i workers, and 503 says when all are full', async (kind, workers) => {
    const fields = 'key = "http_x_key", ttl = 60,';
    const [gateway, first, second] = await start([3, 5], { kind, workers, fields });
    const answers = await drive({
      port: gateway.port,
      count: 2_000,
      concurrency: 16,
      freshConnections: true,
      request: (index) => ({
        headers: { 'X-Key': String(index) },
        body: `{"messages":[{"role":"user","content":"${index % 50}"}]}`,
      }),
    });
    expect(first?.mostActive).toBe(3);
    expect(second?.mostActive).toBe(5);
    const statuses = tally(answers.map(({ status }) => String(status)));
    expect(statuses['200'] ?? 0).toBeGreaterThan(60);
    expect((statuses['200'] ?? 0) + (statuses['503'] ?? 0)).toBe(2_000);
    const refused = answers.find(({ status }) => status === 503);
    expect(refused?.json().error).toMatchObject({ code: 'upstream_full', type: 'overloaded_error' });
    const calm = await drive({ port: gateway.port, count: 100, concurrency: 4, freshConnections: true });
    expect(tally(calm.map(({ status }) => String(status)))).toEqual({ 200: 100 });
  });

  test('counts requests that fail, are aborted, move to another location or are mirrored exactly once', async () => {
    const [gateway, origin] = await start([1], {
      location: 'error_page 502 504 = @failed; proxy_read_timeout 300ms;',
      server: `location @failed { return 502 "failed"; }
        location = /copied { mirror /copy; proxy_pass http://127.0.0.1:1; error_page 502 = @failed; }
        location = /copy { internal; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://llama; }`,
    });
    expect(await isFree(gateway)).toBe(200);
    await origin?.refuse();
    for (let index = 0; index < 3; index += 1) {
      expect((await request({ port: gateway.port })).text).toBe('failed');
    }
    await origin?.accept();
    expect(await isFree(gateway)).toBe(200);
    if (origin) origin.delayMs = 600;
    expect((await request({ port: gateway.port })).text).toBe('failed');
    await expect(request({ port: gateway.port, timeoutMs: 100 })).rejects.toThrow();
    if (origin) origin.delayMs = 0;
    await expect.poll(() => isFree(gateway), { timeout: 2_000 }).toBe(200);
    const seen = origin?.requests ?? 0;
    for (let index = 0; index < 3; index += 1) await request({ port: gateway.port, path: '/copied' });
    await expect.poll(() => origin?.requests).toBe(seen + 3);
    expect(await isFree(gateway)).toBe(200);
  });

  test('a client that sends its body slowly takes no place before it is there', async () => {
    const [gateway] = await start([1]);
    const slow = connect(gateway.port, '127.0.0.1');
    stops.push(async () => slow.destroy());
    slow.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab');
    await sleep(100);
    expect(await isFree(gateway)).toBe(200);
    slow.write('cd');
    expect(await text(slow)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('what a worker had open that died is given back', async () => {
    const [gateway, origin] = await start([2], { workers: 2 });
    if (origin) origin.delayMs = 30_000;
    const open = [1, 2].map(() => stream({ port: gateway.port, timeoutMs: 20_000 }).catch(() => undefined));
    await expect.poll(() => origin?.active).toBe(2);
    expect(await isFree(gateway)).toBe(503);
    for (const pid of await gateway.workerPids()) process.kill(pid, 'SIGKILL');
    await Promise.all(open);
    await expect.poll(() => origin?.active).toBe(0);
    if (origin) origin.delayMs = 200;
    await expect.poll(() => isFree(gateway).catch(() => 0), { timeout: 5_000 }).toBe(200);
    const answers = await drive({ port: gateway.port, count: 2, concurrency: 2, freshConnections: true });
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('a reload does not give back what old workers still have open', async () => {
    const [gateway, origin] = await start([1]);
    if (origin) origin.delayMs = 1_500;
    const open = request({ port: gateway.port });
    await expect.poll(() => origin?.active).toBe(1);
    await gateway.reload();
    await expect.poll(() => isFree(gateway).catch(() => 0), { timeout: 1_000 }).toBe(503);
    expect((await open).status).toBe(200);
    if (origin) origin.delayMs = 0;
    await expect.poll(() => isFree(gateway)).toBe(200);
  });

  test('where another attempt may follow, it gets a bare 503 or 502 and the reason', async () => {
    const [gateway, origin] = await start([1], {
      server: `location = /routed {
        access_by_lua_block {
          local state = require("openclaw.core.request_state").new()
          state.current = { last = false }
          require("openclaw.upstreams.upstream").prepare("llama")
        }
        error_page 503 = @next;
        proxy_pass http://llama;
      }
      location @next { content_by_lua_block { ngx.print(require("openclaw.core.request_state").get().unreached) } }`,
    });
    if (origin) origin.delayMs = 300;
    const open = request({ port: gateway.port });
    await expect.poll(() => origin?.active).toBe(1);
    expect((await request({ port: gateway.port, path: '/routed' })).text).toBe('upstream_full');
    await open;
  });
});
