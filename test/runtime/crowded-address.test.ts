import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const most = 5;

async function start(options: {
  release: (typeof nginxReleases)[number];
  plain?: boolean;
  server: string;
  routes?: string;
}): Promise<Gateway> {
  const { release, plain = false, server, routes = '' } = options;
  const port = await freePort();
  return startGateway({
    release,
    ...(plain && { target: 'plain' as const }),
    ports: [port],
    spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" }, ${server} }
process: { connections: ${16 * most} }
upstreams:
  llm: ["127.0.0.1:${upstream.port}"]
  spare: ["127.0.0.1:${upstream.port}"]
routes:
  - { path: /v1/, upstream: llm, auth: none }
  - { path: /claude/, upstream: llm, auth: none, strip_prefix: /claude, api: anthropic }
  - { path: /picked/, upstream: llm, auth: none, strip_prefix: /picked, match: { method: POST } }
${routes}
`,
  });
}

interface From {
  /** One of this machine's own. */
  readonly address?: string;
  /** What a proxy tells. */
  readonly forwarded?: string;
  readonly path?: string;
}

const open = new Set<ClientRequest>();

function send(port: number, from: From, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      host: '127.0.0.1',
      port,
      path: from.path ?? '/v1/chat/completions',
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/json',
        ...(from.forwarded && { 'x-forwarded-for': from.forwarded }),
        ...headers,
      },
      ...(from.address && { localAddress: from.address }),
    });
    open.add(sent);
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(JSON.stringify({ model: 'x', stream: 'x-mock-stall-after-chunks' in headers, messages: [] }));
  });
}

/** A stream that has begun and does not end. */
async function openStream(port: number, from: From): Promise<() => void> {
  const answer = await send(port, from, { 'x-mock-stall-after-chunks': '1' });
  expect(answer.statusCode).toBe(200);
  answer.on('error', () => undefined);
  return () => answer.destroy();
}

async function ask(port: number, from: From): Promise<{ status: number; headers: object; text: string }> {
  const answer = await send(port, from, {});
  let text = '';
  for await (const piece of answer) text += piece;
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

async function fill(port: number, from: From): Promise<readonly (() => void)[]> {
  return Promise.all(Array.from({ length: most }, () => openStream(port, from)));
}

const cases = [
  ...nginxReleases.map((release) => ({ release, plain: false })),
  { release: '1.22' as const, plain: true },
];

describe.each(cases)('requests of one address on nginx $release, without Lua: $plain', ({ release, plain }) => {
  let gateway: Gateway | undefined;
  afterEach(async () => {
    for (const request of open) request.destroy();
    open.clear();
    await gateway?.stop();
    gateway = undefined;
  });

  test('more than are allowed get 429 until one ends; other addresses do not notice', async () => {
    gateway = await start({ release, plain, server: `connections_per_address: ${most}` });
    const { port } = gateway;
    const busy = { address: '127.0.0.2' };
    const [end] = await fill(port, busy);
    const before = upstream.requests.length;
    for (const path of ['/v1/chat/completions', '/picked/v1/chat/completions']) {
      const refused = await ask(port, { ...busy, path });
      expect(refused.status).toBe(429);
      expect(refused.headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/json' });
      expect(JSON.parse(refused.text)).toEqual({
        error: {
          message: 'Too many requests of this address are under way. Try again later.',
          type: 'rate_limit_error',
          param: null,
          code: 'too_many_concurrent_requests',
        },
      });
    }
    const claude = await ask(port, { ...busy, path: '/claude/v1/messages' });
    expect(JSON.parse(claude.text)).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
    expect(upstream.requests.length).toBe(before);
    expect(await gateway.logged(({ status }) => status === 429)).toMatchObject({ limited: 'REJECTED' });
    expect((await ask(port, { address: '127.0.0.3' })).status).toBe(200);
    end?.();
    await expect.poll(async () => (await ask(port, busy)).status, { timeout: 15_000 }).toBe(200);
  });

  test('bodies that come slowly count from their first byte', async () => {
    gateway = await start({ release, plain, server: `connections_per_address: ${most}` });
    const { port } = gateway;
    const sockets = Array.from({ length: most }, () => {
      const socket = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.2' });
      socket.on('error', () => undefined);
      socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{');
      return socket;
    });
    try {
      await expect.poll(async () => (await ask(port, { address: '127.0.0.2' })).status, { timeout: 15_000 }).toBe(429);
      expect((await ask(port, { address: '127.0.0.3' })).status).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  test('the health of the gateway is told to who has too much under way', async () => {
    gateway = await start({
      release,
      plain,
      server: `connections_per_address: ${most}`,
      // With it our Lua answers for the health, and nginx has counted before.
      ...(!plain && { routes: '  - { path: /safe/, upstream: llm, fallback: spare, auth: none }' }),
    });
    const { port } = gateway;
    await fill(port, { address: '127.0.0.2' });
    expect((await ask(port, { address: '127.0.0.2' })).status).toBe(429);
    const health = await ask(port, { address: '127.0.0.2', path: '/openclaw/health' });
    expect(health.status).toBe(200);
    expect(JSON.parse(health.text)).toMatchObject({ status: 'ok' });
    expect((await ask(port, { address: '127.0.0.2' })).status).toBe(429);
  });

  test('without a word in the spec, private addresses may be load balancers and are not bounded', async () => {
    gateway = await start({ release, plain, server: 'max_body_size: 1m' });
    const { port } = gateway;
    for (let count = 0; count < 4 * most; count += most) await fill(port, { address: '127.0.0.2' });
    expect((await ask(port, { address: '127.0.0.2' })).status).toBe(200);
  });
});

describe.each(nginxReleases)('addresses that a proxy tells, on nginx %s', (release) => {
  let gateway: Gateway | undefined;
  afterEach(async () => {
    for (const request of open) request.destroy();
    open.clear();
    await gateway?.stop();
    gateway = undefined;
  });

  test.each([
    ['192.0.2.1', '192.0.2.2'],
    ['10.0.0.1', '10.0.0.2'],
    ['2001:db8:0:1::1', '2001:db8:0:2::1'],
  ])('%s has a bound of its own, beside %s', async (busy, other) => {
    gateway = await start({ release, server: `trusted_proxies: [127.0.0.0/8], connections_per_address: ${most}` });
    const { port } = gateway;
    await fill(port, { forwarded: busy });
    expect((await ask(port, { forwarded: busy })).status).toBe(429);
    expect((await ask(port, { forwarded: busy.replace('1::1', '1::ffff') })).status).toBe(429);
    expect((await ask(port, { forwarded: other })).status).toBe(200);
  });

  test('the bound leads to no fallback', async () => {
    gateway = await start({
      release,
      server: `connections_per_address: ${most}`,
      routes: '  - { path: /safe/, upstream: llm, fallback: spare, auth: none, strip_prefix: /safe }',
    });
    const { port } = gateway;
    await fill(port, { address: '127.0.0.2' });
    const before = upstream.requests.length;
    expect((await ask(port, { address: '127.0.0.2', path: '/safe/v1/chat/completions' })).status).toBe(429);
    expect(upstream.requests.length).toBe(before);
  });
});
