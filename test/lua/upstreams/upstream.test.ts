import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, type TestContext, test } from 'vitest';
import { freePort } from '../../helpers/free-port.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { drive } from '../drive.ts';
import { type DnsServer, startDnsServer } from '../net/dns-server.ts';
import { type Origin, startOrigin } from '../origin.ts';
import { type BalancedGateway, type BalancedServer, startBalancedGateway } from './balanced-gateway.ts';

/** What nginx logs for a try that failed: a kept connection found closed, or a new one refused. */
const failure = /while connecting to upstream|prematurely closed|while reading response header/g;

async function dnsServer(context: TestContext): Promise<DnsServer> {
  const dns = await startDnsServer(await freePort());
  context.onTestFinished(dns.stop);
  return dns;
}

async function origins(context: TestContext, port: number, ...addresses: string[]): Promise<Origin[]> {
  const started = await Promise.all(addresses.map((address) => startOrigin(address, port)));
  for (const origin of started) context.onTestFinished(origin.stop);
  return started;
}

/** Several answers of one name as DNS gives them. */
function addresses(ttl: number, ...values: string[]) {
  return values.map((value) => ({ type: 'A', value, ttl }) as const);
}

// Each of these has servers of its own and waits most of the time, so they run beside each other.
describe.concurrent.each(nginxReleases)('an upstream that follows DNS on nginx %s', (release) => {
  async function gateway(
    context: TestContext,
    options: { readonly dnsPort: number; readonly servers: readonly BalancedServer[]; readonly tries?: number },
  ): Promise<BalancedGateway> {
    const started = await startBalancedGateway({ release, ...options });
    context.onTestFinished(started.stop);
    return started;
  }

  test('serves from the first request on, keeps its connections, and goes where DNS goes', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    const [before, after] = await origins(context, port, '127.0.0.2', '127.0.0.3');
    dns.set('api.test', addresses(1, '127.0.0.2'));
    const { url } = await gateway(context, { dnsPort: dns.port, servers: [{ host: 'api.test', port }] });
    for (let index = 0; index < 50; index += 1) expect(await get(url)).toEqual([200, '127.0.0.2']);
    expect(before?.connections).toBe(1);

    dns.set('api.test', addresses(1, '127.0.0.3'));
    await context.expect.poll(() => get(url), { timeout: 4_000 }).toEqual([200, '127.0.0.3']);
    const last = before?.requests;
    for (let index = 0; index < 50; index += 1) expect(await get(url)).toEqual([200, '127.0.0.3']);
    expect(after?.connections).toBe(1);
    expect(before?.requests).toBe(last);
  });

  test('keeps serving when DNS goes away or the name vanishes, and sees the next change', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    await origins(context, port, '127.0.0.2', '127.0.0.3');
    dns.set('api.test', addresses(1, '127.0.0.2'));
    const running = await gateway(context, { dnsPort: dns.port, servers: [{ host: 'api.test', port }] });
    expect(await get(running.url)).toEqual([200, '127.0.0.2']);
    // A failing lookup asks twice, a name that does not exist is asked for once.
    for (const [behaviour, questions] of [
      ['drop', 2],
      ['pointer-loop', 2],
      ['answer', 1],
    ] as const) {
      dns.behave(behaviour);
      if (behaviour === 'answer') dns.set('api.test', []);
      const asked = dns.questions.length;
      await context.expect
        .poll(() => dns.questions.length, { timeout: 8_000 })
        .toBeGreaterThanOrEqual(asked + questions);
      await sleep(100);
      expect(await get(running.url)).toEqual([200, '127.0.0.2']);
    }
    dns.set('api.test', addresses(1, '127.0.0.3'));
    await context.expect.poll(() => get(running.url), { timeout: 8_000 }).toEqual([200, '127.0.0.3']);
    const log = await running.errorLog();
    expect(log.match(/cannot resolve api\.test: .*; keeping the addresses known so far/g)).toHaveLength(1);
    expect(log).toContain('api.test resolves again');
  });

  test('without DNS at the start nginx runs and answers 502, then 200 once DNS is there', async (context) => {
    const dnsPort = await freePort();
    const port = await freePort();
    await origins(context, port, '127.0.0.2');
    const { url } = await gateway(context, { dnsPort, servers: [{ host: 'api.test', port }] });
    const response = await fetch(url);
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      error: {
        message: "The gateway could not find the address of the upstream 'llama'.",
        type: 'server_error',
        param: null,
        code: 'upstream_unresolved',
      },
    });
    const dns = await startDnsServer(dnsPort);
    context.onTestFinished(dns.stop);
    dns.set('api.test', addresses(60, '127.0.0.2'));
    await context.expect.poll(() => get(url), { timeout: 8_000 }).toEqual([200, '127.0.0.2']);
  });

  test('many requests wait for one lookup, and fail together when it does', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    await origins(context, port, '127.0.0.2');
    dns.set('api.test', addresses(60, '127.0.0.2'));
    dns.behave('answer', { delayMs: 100 });
    const { url } = await gateway(context, { dnsPort: dns.port, servers: [{ host: 'api.test', port }] });
    const answers = await Promise.all(Array.from({ length: 40 }, () => get(url)));
    expect(answers.every(([status]) => status === 200)).toBe(true);
    expect(dns.questions.length).toBeLessThanOrEqual(2);

    const silent = await dnsServer(context);
    silent.behave('drop');
    const lost = await gateway(context, { dnsPort: silent.port, servers: [{ host: 'api.test', port }] });
    const refusals = await Promise.all(Array.from({ length: 40 }, () => get(lost.url)));
    expect(refusals.every(([status]) => status === 502)).toBe(true);
    // A failure is remembered for a second; then requests have the name looked up again, together: without that each
    // of the hundred would ask twice.
    for (let index = 0; index < 20; index += 1) expect((await get(lost.url))[0]).toBe(502);
    await sleep(1_050);
    await Promise.all(Array.from({ length: 40 }, () => get(lost.url)));
    expect(silent.questions.length).toBeGreaterThan(2);
    // Eight where the hundred are done within the second; a busy machine needs some seconds more.
    expect(silent.questions.length).toBeLessThanOrEqual(40);
  });

  test('shares requests by weight, smoothly', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    const [heavy, light] = await origins(context, port, '127.0.0.2', '127.0.0.3');
    dns.set('heavy.test', addresses(60, '127.0.0.2'));
    dns.set('light.test', addresses(60, '127.0.0.3'));
    dns.set('off.test', addresses(60, '127.0.0.4'));
    const { url } = await gateway(context, {
      dnsPort: dns.port,
      servers: [
        { host: 'heavy.test', port, weight: 3 },
        { host: 'light.test', port },
        { host: 'off.test', port, down: true },
      ],
    });
    // Both names are known then: one is enough for the first request.
    await context.expect.poll(async () => (await get(url))[1], { timeout: 8_000 }).toBe('127.0.0.3');
    const counts = () => [heavy?.requests ?? 0, light?.requests ?? 0] as const;
    const [heavyBefore, lightBefore] = counts();
    const order: string[] = [];
    for (let index = 0; index < 800; index += 1) order.push((await get(url))[1]);
    const [heavyAfter, lightAfter] = counts();
    expect([heavyAfter - heavyBefore, lightAfter - lightBefore]).toEqual([600, 200]);
    for (let index = 0; index < 800; index += 4) {
      expect(order.slice(index, index + 4).filter((address) => address === '127.0.0.3')).toHaveLength(1);
    }
    expect((heavy?.connections ?? 0) + (light?.connections ?? 0)).toBe(2);
    expect(dns.questions.some((question) => question.name === 'off.test')).toBe(false);
  });

  test('goes round a dead address, leaves it out for `fail_timeout`, and then comes back', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    const [, second] = await origins(context, port, '127.0.0.2', '127.0.0.3');
    dns.set('api.test', addresses(60, '127.0.0.2', '127.0.0.3'));
    const running = await gateway(context, {
      dnsPort: dns.port,
      servers: [{ host: 'api.test', port, failTimeout: 1.5 }],
    });
    const { url } = running;
    expect(new Set([(await get(url))[1], (await get(url))[1]])).toEqual(new Set(['127.0.0.2', '127.0.0.3']));
    await second?.stop();
    const started = Date.now();
    while (Date.now() - started < 1_000) expect(await post(url)).toEqual([200, '127.0.0.2']);
    // The kept connection is found closed, or the first new one is refused: one failure, and none after it.
    const failures = (await running.errorLog()).match(failure) ?? [];
    expect(failures).toHaveLength(1);
    await origins(context, port, '127.0.0.3');
    await context.expect.poll(async () => (await get(url))[1], { timeout: 4_000, interval: 20 }).toBe('127.0.0.3');
  });

  test('`max_fails` failures are needed for a mark, and 0 means never', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    await origins(context, port, '127.0.0.2');
    dns.set('api.test', addresses(60, '127.0.0.2', '127.0.0.3'));
    for (const [maxFails, want] of [
      [3, 3],
      [0, 10],
    ] as const) {
      const running = await gateway(context, { dnsPort: dns.port, servers: [{ host: 'api.test', port, maxFails }] });
      for (let index = 0; index < 20; index += 1) expect(await get(running.url)).toEqual([200, '127.0.0.2']);
      expect((await running.errorLog()).match(/while connecting to upstream/g)).toHaveLength(want);
    }
  });

  test('uses backups only while every other address fails', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    const [first, second] = await origins(context, port, '127.0.0.2', '127.0.0.3');
    await origins(context, port, '127.0.0.4');
    dns.set('main.test', addresses(60, '127.0.0.2', '127.0.0.3'));
    dns.set('spare.test', addresses(60, '127.0.0.4'));
    const running = await gateway(context, {
      dnsPort: dns.port,
      servers: [
        { host: 'main.test', port, failTimeout: 3 },
        { host: 'spare.test', port, backup: true },
      ],
      tries: 3,
    });
    const { url } = running;
    await get(url);
    await sleep(200);
    for (let index = 0; index < 10; index += 1) expect((await get(url))[1]).not.toBe('127.0.0.4');
    await first?.stop();
    await second?.stop();
    for (let index = 0; index < 10; index += 1) expect(await get(url)).toEqual([200, '127.0.0.4']);
    expect((await running.errorLog()).match(failure)).toHaveLength(2);
    await origins(context, port, '127.0.0.2');
    await context.expect.poll(async () => (await get(url))[1], { timeout: 8_000, interval: 50 }).toBe('127.0.0.2');
  });

  test('never tries more than `tries` addresses, nor one twice', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    dns.set('api.test', addresses(60, '127.0.0.2', '127.0.0.3', '127.0.0.4'));
    for (const [tries, want] of [
      [1, 1],
      [2, 2],
      [9, 3],
    ] as const) {
      const running = await gateway(context, { dnsPort: dns.port, servers: [{ host: 'api.test', port }], tries });
      expect((await get(running.url))[0]).toBe(502);
      const tried = (await running.errorLog()).match(/upstream: "http:\/\/[\d.]+/g) ?? [];
      expect(tried).toHaveLength(want);
      expect(new Set(tried).size).toBe(want);
    }
  });

  test('with one address a kept connection that the upstream closed is opened again', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    const [origin] = await origins(context, port, '127.0.0.2');
    dns.set('api.test', addresses(60, '127.0.0.2'));
    const { url } = await gateway(context, { dnsPort: dns.port, servers: [{ host: 'api.test', port }] });
    expect(await get(url)).toEqual([200, '127.0.0.2']);
    await origin?.stop();
    expect((await get(url))[0]).toBe(502);
    await origins(context, port, '127.0.0.2');
    await context.expect.poll(() => get(url), { timeout: 8_000 }).toEqual([200, '127.0.0.2']);
  });

  test('literal addresses need no DNS', async (context) => {
    const port = await freePort();
    await origins(context, port, '127.0.0.2');
    const { url } = await gateway(context, { dnsPort: await freePort(), servers: [{ host: '127.0.0.2', port }] });
    expect(await get(url)).toEqual([200, '127.0.0.2']);
  });

  test('a reload keeps serving', async (context) => {
    const dns = await dnsServer(context);
    const port = await freePort();
    await origins(context, port, '127.0.0.2');
    dns.set('api.test', addresses(1, '127.0.0.2'));
    const running = await gateway(context, { dnsPort: dns.port, servers: [{ host: 'api.test', port }] });
    expect(await get(running.url)).toEqual([200, '127.0.0.2']);
    await running.reload();
    for (const { text } of await drive({ port: running.port, count: 20, concurrency: 1, freshConnections: true })) {
      expect(text).toBe('127.0.0.2');
    }
    await context.expect.poll(() => running.workerPids()).toHaveLength(1);
    expect(await running.errorLog()).not.toMatch(/\[(error|alert|crit)\]/);
  });
});

async function get(url: string, options: RequestInit = {}): Promise<[status: number, body: string]> {
  const response = await fetch(url, options);
  return [response.status, await response.text()];
}

function post(url: string): Promise<[status: number, body: string]> {
  return get(url, { method: 'POST', body: 'x'.repeat(100) });
}
