import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, type TestContext, test } from 'vitest';
import { makeCertificates } from '../../helpers/certificates.ts';
import { freePort } from '../../helpers/free-port.ts';
import { request } from '../../helpers/http-client.ts';
import { withTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { drive, tally } from '../drive.ts';
import { httpAnswer, startScriptedServer } from '../net/scripted-server.ts';
import { type PacedOrigin, startPacedOrigin } from '../streams/paced-origin.ts';
import {
  type BalancedGateway,
  type BalancedGatewayOptions,
  type BalancedServer,
  startBalancedGateway,
} from './balanced-gateway.ts';

/** Resolves when only new workers are left. */
async function replaceWorkers({ expect }: TestContext, gateway: BalancedGateway): Promise<void> {
  const before = await gateway.workerPids();
  await gateway.reload();
  const areGone = async () => (await gateway.workerPids()).every((pid) => !before.includes(pid));
  await expect.poll(areGone, { timeout: 10_000 }).toBe(true);
}

/** What is put into it is called when the test is over, the last first. */
function stopsOf(context: TestContext): (() => Promise<unknown>)[] {
  const stops: (() => Promise<unknown>)[] = [];
  context.onTestFinished(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  return stops;
}

const check = 'health = { path = "/health", interval = 1, timeout = 2.5, rise = 2, fall = 3 },';

// Each of these has servers of its own and waits most of the time, so they run beside each other.
describe.concurrent.each(['1.22', '1.30'] as const)('asking servers how they are on nginx %s', (release) => {
  async function start(
    context: TestContext,
    options: Partial<BalancedGatewayOptions>,
    second: Partial<BalancedServer> = {},
  ): Promise<[gateway: BalancedGateway, ...origins: PacedOrigin[]]> {
    const stops = stopsOf(context);
    const port = await freePort();
    const hosts = ['127.0.0.2', '127.0.0.3'];
    const origins = await Promise.all(hosts.map((host) => startPacedOrigin(host, port, { stops })));
    const servers = hosts.map((host, index) => ({ host, port, maxFails: 0, ...(index === 1 && second) }));
    const gateway = await startBalancedGateway({ release, fields: check, servers, ...options });
    stops.push(gateway.stop);
    return [gateway, ...origins];
  }

  const health = async ({ port }: BalancedGateway) => (await request({ port, path: '/openclaw/health' })).json();
  const spread = async ({ port }: BalancedGateway, count = 40) =>
    tally((await drive({ port, count, concurrency: 2, freshConnections: true })).map(({ text }) => text));

  test.for([1, 4])('takes a failing server out and back again, in all of %i workers', async (workers, context) => {
    const [gateway, first, second] = await start(context, { workers });
    await context.expect.poll(() => first?.seen.some(({ url }) => url === '/health'), { timeout: 30_000 }).toBe(true);
    expect(Object.keys(await spread(gateway)).sort()).toEqual(['127.0.0.2', '127.0.0.3']);
    expect(await health(gateway)).toMatchObject({ status: 'ok', upstreams: [{ name: 'llama', ok: true }] });
    if (second) second.status = 500;
    await context.expect.poll(() => gateway.logged('warn'), { timeout: 30_000 }).toHaveLength(1);
    expect((await gateway.logged('warn'))[0]).toMatch(
      /^upstream llama: server 2 \(127\.0\.0\.3:\d+\) is down: status 500$/,
    );
    await sleep(300);
    expect(await spread(gateway, 200)).toEqual({ '127.0.0.2': 200 });
    expect(await health(gateway)).toEqual({
      status: 'ok',
      files: [],
      upstreams: [
        {
          name: 'llama',
          ok: true,
          servers: [
            { server: 1, ok: true },
            { server: 2, ok: false },
          ],
        },
      ],
    });
    if (second) second.status = 302;
    await context.expect
      .poll(() => gateway.logged('notice'), { timeout: 30_000 })
      .toContainEqual(expect.stringMatching(/^upstream llama: server 2 .* is up again/));
    await sleep(300);
    expect(Object.keys(await spread(gateway))).toHaveLength(2);
    expect(await gateway.logged('warn')).toHaveLength(1);
    // One worker asks for all.
    const asked = second?.requests ?? 0;
    await sleep(6_000);
    expect((second?.requests ?? 0) - asked).toBeGreaterThanOrEqual(4);
    expect((second?.requests ?? 0) - asked).toBeLessThanOrEqual(8);
  });

  test('counts refused connections and answers that take too long', async (context) => {
    const [gateway, first, second] = await start(context, {});
    await first?.refuse();
    if (second) second.delayMs = 8_000;
    await context.expect.poll(() => gateway.logged('warn'), { timeout: 30_000 }).toHaveLength(3);
    const warnings = (await gateway.logged('warn')).join('\n');
    expect(warnings).toMatch(/server 1 \(\S+\) is down: connection refused/);
    expect(warnings).toMatch(/server 2 \(\S+\) is down: timeout/);
    expect(warnings).toMatch(/upstream llama: all servers are down; requests go to them all the same/);
    expect(await health(gateway)).toMatchObject({ status: 'degraded', upstreams: [{ ok: false }] });
    expect((await request({ port: gateway.port, path: '/openclaw/health' })).status).toBe(200);
    expect((await request({ port: gateway.port, path: '/' })).text).toBe('127.0.0.3');
  });

  test('starts a server that is back slowly, but not the gateway', async (context) => {
    const [gateway, , second] = await start(context, {}, { slowStart: 12 });
    expect(await spread(gateway)).toEqual({ '127.0.0.2': 20, '127.0.0.3': 20 });
    if (second) second.status = 500;
    await context.expect.poll(() => gateway.logged('warn'), { timeout: 30_000 }).toHaveLength(1);
    if (second) second.status = 200;
    const isBack = async () => (await gateway.logged('notice')).some((line) => line.includes('is up again'));
    await context.expect.poll(isBack, { timeout: 30_000 }).toBe(true);
    await sleep(300);
    const young = (await spread(gateway, 100))['127.0.0.3'] ?? 0;
    expect(young).toBeGreaterThan(3);
    expect(young).toBeLessThan(25);
    await sleep(12_000);
    expect(await spread(gateway)).toEqual({ '127.0.0.2': 20, '127.0.0.3': 20 });
  });

  test('goes on in another worker when the one that asks dies, and in new ones after a reload', async (context) => {
    const [gateway, first] = await start(context, { workers: 2 });
    const keepsAsking = async () => {
      const before = first?.requests ?? 0;
      await context.expect.poll(() => first?.requests ?? 0, { timeout: 30_000 }).toBeGreaterThan(before + 2);
    };
    await keepsAsking();
    // Whichever it is that asks: both are killed, one after the other.
    for (const pid of await gateway.workerPids()) {
      process.kill(pid, 'SIGKILL');
      await keepsAsking();
    }
    await replaceWorkers(context, gateway);
    await keepsAsking();
    const before = first?.requests ?? 0;
    await sleep(3_000);
    expect((first?.requests ?? 0) - before).toBeLessThanOrEqual(8);
  });

  test('keeps what it found over a reload', async (context) => {
    const [gateway, , second] = await start(context, { workers: 2 });
    if (second) second.status = 503;
    await context.expect.poll(() => gateway.logged('warn'), { timeout: 30_000 }).toHaveLength(1);
    await replaceWorkers(context, gateway);
    expect(await spread(gateway)).toEqual({ '127.0.0.2': 40 });
    expect(await gateway.logged('warn')).toHaveLength(1);
  });

  test('asks through a unix socket', async (context) => {
    const stops = stopsOf(context);
    const gateway = await startBalancedGateway({
      release,
      servers: [{ host: '/run/llm.sock', unix: true, maxFails: 0 }],
      fields: check,
    });
    stops.push(gateway.stop);
    await context.expect.poll(() => gateway.logged('warn'), { timeout: 30_000 }).toHaveLength(2);
    const origin = await startPacedOrigin(gateway.locate('/run/llm.sock'), 0, { stops });
    await context.expect
      .poll(() => gateway.logged('notice'), { timeout: 30_000 })
      .toContainEqual(expect.stringMatching(/^upstream llama: server 1 \(unix:\/run\/llm\.sock\) is up again/));
    expect(origin.seen[0]).toMatchObject({ url: '/health', headers: { host: 'localhost' } });
  });

  test('asks by TLS with the name of the upstream, its host and its credential, which is never logged', async (context) => {
    const stops = stopsOf(context);
    await withTemporaryFolder(async (folder) => {
      const { ca, leaves } = await makeCertificates(folder, ['llm.test', 'other.test']);
      const ports = [await freePort(), await freePort()];
      const servers = await Promise.all(
        ['llm.test', 'other.test'].map((name, index) => {
          const { cert = '', key = '' } = leaves[name] ?? {};
          return startScriptedServer({
            port: ports[index] ?? 0,
            tls: { cert, key },
            answer: () => ({ parts: [httpAnswer(204, '')], end: 'close' }),
          });
        }),
      );
      stops.push(...servers.map((server) => server.stop));
      const gateway = await startBalancedGateway({
        release,
        scheme: 'https',
        servers: ports.map((port) => ({ host: '127.0.0.1', port })),
        env: { KEY: 'sk-secret' },
        data: 'credentials = { llama = { keys = { { source = "env", name = "KEY" } } } },',
        fields: `host = "api.llm.test", tls = { name = "llm.test", verify = true }, health = {
          path = "/v1/chat/completions", method = "POST", body = '{"model":"tiny","max_tokens":1}',
          credential = { header = "Authorization", prefix = "Bearer " },
          interval = 0.5, timeout = 1, rise = 1, fall = 1 },`,
        http: 'lua_ssl_trusted_certificate ca.crt; lua_ssl_verify_depth 4;',
        files: { 'ca.crt': ca.cert },
      });
      stops.push(gateway.stop);
      await context.expect.poll(() => servers[0]?.requests.length, { timeout: 30_000 }).toBeGreaterThan(1);
      expect(servers[0]?.requests[0]).toMatchObject({
        method: 'POST',
        path: '/v1/chat/completions',
        body: '{"model":"tiny","max_tokens":1}',
        headers: {
          host: 'api.llm.test',
          authorization: 'Bearer sk-secret',
          connection: 'close',
          'content-type': 'application/json',
        },
      });
      // The second server's certificate is for another name.
      const isDown = expect.stringMatching(/server 2 \(\S+\) is down: TLS: /);
      await context.expect.poll(() => gateway.logged('warn'), { timeout: 30_000 }).toContainEqual(isDown);
      expect(servers[1]?.requests).toHaveLength(0);
      expect(await gateway.errorLog()).not.toContain('sk-secret');
    });
  });
});
