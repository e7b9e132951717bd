import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { stream } from '../helpers/http-client.ts';
import { hashOf } from '../helpers/keys.ts';
import type { Behaviour } from '../helpers/mock/behaviour.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';
import { type DnsServer, startDnsServer } from '../lua/net/dns-server.ts';

const names = ['first', 'second', 'third'] as const;
let servers: ModelServers<(typeof names)[number]>;
let certificates: Certificates;
let forged: MockModelServer;
beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['llm.test']));
  forged = await startMockModelServer({ name: 'forged', tls: await certificates.forge('llm.test') });
  servers = await startModelServers(names);
});
beforeEach(() => servers.reset());
afterAll(async () => {
  await servers.close();
  await forged.close();
});

const clientKey = 'oc-client-0123456789abcdef0123';
const env = { FIRST: 'sk-first-0123456789', SECOND: 'sk-second-0123456789', THIRD: 'sk-third-0123456789' };
const prompt = { model: 'gpt-4o', messages: [{ role: 'user', content: 'tell '.repeat(2_000) }], n: 1 };

describe.each(nginxReleases)('fallback on nginx %s', (release) => {
  let gateway: Gateway;
  let dns: DnsServer;
  beforeAll(async () => {
    const port = await freePort();
    dns = await startDnsServer(await freePort());
    const first = servers.address('first');
    const chat = 'auth: none, timeouts: { connect: 1s, first_byte: 1s, idle: 5s }';
    const fallback = 'fallback: [{ upstream: second, as: "meta/llama-3" }]';
    gateway = await startGateway({
      release,
      ports: [port],
      env,
      secrets: [clientKey],
      files: { 'ssl/ca.crt': certificates.ca.cert },
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
resolver: { addresses: "127.0.0.1:${dns.port}", valid: 1s }
upstreams:
  open: { servers: ["${first}"], base_path: /open, host: open.test, breaker: false }
  first: { servers: ["${first}"], base_path: /first, host: first.test, credential: env:FIRST, breaker: false }
  limited: { servers: ["${first}"], credential: env:FIRST, breaker: false }
  spare: { servers: ["${servers.address('second')}"], credential: env:SECOND, breaker: false }
  second: { servers: ["${servers.address('second')}"], base_path: /second/api, host: second.test, credential: { from: env:SECOND, header: x-api-key }, breaker: false }
  third: { servers: ["${servers.address('third')}"], credential: { from: env:THIRD, query: key }, breaker: false }
  forged: { servers: ["127.0.0.1:${forged.port}"], tls: { name: llm.test, ca: ssl/ca.crt }, breaker: false }
  nameless: { servers: ["gone.test:${forged.port}"], breaker: false }
key_maps:
  apps: { from: [bearer], clients: [{ id: app, key: "${hashOf(clientKey)}" }] }
rate_zones:
  slow: { key: ip, rate: 1r/m }
routes:
  - { name: chat, path: /chat/, ${chat}, strip_prefix: /chat, upstream: open, ${fallback} }
  - { name: keyed, path: /keyed/, ${chat}, strip_prefix: /keyed, upstream: first, ${fallback} }
  - { name: limited, path: /limited/, ${chat}, strip_prefix: /limited, upstream: limited, fallback: spare }
  - { name: forged, path: /forged/, ${chat}, strip_prefix: /forged, upstream: forged, fallback: second }
  - { name: nameless, path: /nameless/, ${chat}, strip_prefix: /nameless, upstream: nameless, fallback: second }
  - { name: three, path: /three/, ${chat}, strip_prefix: /three, upstream: open, fallback: [third, second] }
  - { name: careful, path: /careful/, ${chat}, strip_prefix: /careful, upstream: open, fallback: second, retry: { on: [connect, 429] } }
  - { name: hasty, path: /hasty/, ${chat}, strip_prefix: /hasty, upstream: open, fallback: [third, second], retry: { tries: 2 } }
  - { name: never, path: /never/, ${chat}, strip_prefix: /never, upstream: open, retry: false }
  - { name: own, path: /own/, auth: apps, strip_prefix: /own, upstream: open, fallback: second, max_body_size: 1k }
  - { name: zoned, path: /zoned/, auth: none, limits: slow, strip_prefix: /zoned, upstream: open, fallback: second }
`,
    });
  });
  afterAll(async () => {
    await gateway?.stop();
    await dns?.stop();
  });

  const ask = (route: string, json: object = prompt) =>
    gateway.send({ path: `/${route}/v1/chat/completions?beta=true`, headers: { 'X-App': 'mobile' }, json });

  async function expectSecond(route: string, model: string): Promise<void> {
    const before = servers.of.second.requests.length;
    const response = await ask(route);
    expect(response.status).toBe(200);
    expect(response.json().mock.name).toBe('second');
    expect(servers.of.second.requests).toHaveLength(before + 1);
    const received = servers.of.second.requests[before];
    expect(received).toMatchObject({ method: 'POST', url: '/second/api/v1/chat/completions?beta=true' });
    expect(received?.headers).toMatchObject({
      host: 'second.test',
      'x-api-key': env.SECOND,
      'x-app': 'mobile',
      'content-type': 'application/json',
    });
    expect(received?.headers.authorization).toBeUndefined();
    expect(received?.body.toString()).toBe(JSON.stringify({ ...prompt, model }));
  }

  const failures: readonly (readonly [name: string, behaviour: Partial<Behaviour>])[] = [
    ['closes the connection', { drop: true }],
    ['resets the connection', { reset: true }],
    ['says nothing', { delayMs: 4_000 }],
    ['answers 429', { status: 429 }],
    ['answers 429 with Retry-After', { status: 429, responseHeaders: [['Retry-After', '30']] }],
    ['answers 500', { status: 500 }],
    ['answers 502', { status: 502 }],
    ['answers 503', { status: 503 }],
    ['answers 504', { status: 504 }],
    ['answers 529', { status: 529 }],
    ['answers 401', { status: 401 }],
    ['answers 402', { status: 402 }],
    ['answers 403', { status: 403 }],
  ];

  test.each(failures)('an upstream that %s: the other one serves the whole request', async (_, behaviour) => {
    servers.of.first.behave(behaviour);
    const counts = await servers.countOf(() => expectSecond('chat', 'meta/llama-3'));
    expect(counts).toEqual({ first: 1, second: 1, third: 0 });
  });

  test('the first attempt has a key, host and path of its own', async () => {
    const before = servers.of.first.requests.length;
    servers.of.first.behave({ status: 500 });
    await expectSecond('keyed', 'meta/llama-3');
    const received = servers.of.first.requests[before];
    expect(received?.url).toBe('/first/v1/chat/completions?beta=true');
    expect(received?.headers).toMatchObject({ host: 'first.test', authorization: `Bearer ${env.FIRST}` });
    expect(received?.headers['x-api-key']).toBeUndefined();
    expect(received?.body.toString()).toBe(JSON.stringify(prompt));
  });

  test('an upstream that refuses connections', async () => {
    await servers.of.first.refuse();
    await expectSecond('chat', 'meta/llama-3');
    const line = await gateway.logged((found) => String(found.upstream_status).startsWith('502'));
    expect(line).toMatchObject({ status: 200, route: 'chat', upstream: 'second', upstream_status: '502 : 200' });
  });

  test('an upstream whose certificate nobody trusts gets nothing', async () => {
    await expectSecond('forged', 'gpt-4o');
    expect(forged.requests).toHaveLength(0);
  });

  test('an upstream whose name does not resolve', async () => {
    await expectSecond('nameless', 'gpt-4o');
    dns.behave('drop');
    await expectSecond('nameless', 'gpt-4o');
  });

  test('a prompt of 3 MB arrives whole at the third one, and keys stay where they belong', async () => {
    servers.of.first.behave({ reset: true });
    servers.of.third.behave({ status: 503 });
    const large = { ...prompt, messages: [{ role: 'user', content: 'long prompt '.repeat(260_000) }] };
    const before = servers.of.third.requests.length;
    const beforeSecond = servers.of.second.requests.length;
    const response = await ask('three', large);
    expect(response.json().mock.name).toBe('second');
    const third = servers.of.third.requests[before];
    const second = servers.of.second.requests[beforeSecond];
    for (const received of [third, second])
      expect(received?.body.equals(Buffer.from(JSON.stringify(large)))).toBe(true);
    expect(third?.url).toBe(`/v1/chat/completions?beta=true&key=${env.THIRD}`);
    expect(second?.url).toBe('/second/api/v1/chat/completions?beta=true');
  });

  test('a stream, from the second one', async () => {
    servers.of.first.behave({ status: 529 });
    const answer = await stream({
      port: gateway.port,
      path: '/chat/v1/chat/completions',
      json: { ...prompt, stream: true },
    });
    expect(answer.headers['content-type']).toMatch(/^text\/event-stream/);
    let text = '';
    for await (const chunk of answer) text += chunk.text;
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(text).toContain('"model":"meta/llama-3"');
  });

  test('once an answer has begun nothing is sent again', async () => {
    servers.of.first.behave({ cutAfterChunks: 2 });
    const counts = await servers.countOf(() => expect(ask('chat', { ...prompt, stream: true })).rejects.toThrow());
    expect(counts).toEqual({ first: 1, second: 0, third: 0 });
  });

  test.each([400, 404, 413, 422])('%s is the client’s own, and returned as it is', async (status) => {
    servers.of.first.behave({ status, responseHeaders: [['X-Kept', 'yes']] });
    const counts = await servers.countOf(async () => {
      const response = await ask('chat');
      expect(response.status).toBe(status);
      expect(response.headers['x-kept']).toBe('yes');
      expect(response.json()).toMatchObject({ error: { message: `mock error ${status}` }, mock: { name: 'first' } });
    });
    expect(counts).toEqual({ first: 1, second: 0, third: 0 });
  });

  test('what the gateway itself refuses goes nowhere', async () => {
    const path = '/own/v1/chat/completions';
    const headers = { Authorization: `Bearer ${clientKey}` };
    const counts = await servers.countOf(async () => {
      expect((await gateway.send({ path, json: {} })).status).toBe(401);
      expect((await gateway.send({ path, headers, json: prompt })).status).toBe(413);
    });
    expect(counts).toEqual({ first: 0, second: 0, third: 0 });
    const zoned = await servers.countOf(async () => {
      expect((await ask('zoned')).status).toBe(200);
      const limited = await ask('zoned');
      expect(limited.status).toBe(429);
      expect(limited.headers['retry-after']).toBeDefined();
    });
    expect(zoned).toEqual({ first: 1, second: 0, third: 0 });
  });

  test('retry.on decides: without reset, timeout and 5xx they end the request', async () => {
    for (const [behaviour, status] of [
      [{ reset: true }, 502],
      [{ delayMs: 4_000 }, 504],
      [{ status: 500 }, 500],
      [{ status: 503 }, 503],
    ] as const) {
      servers.of.first.behave(behaviour);
      const counts = await servers.countOf(async () => expect((await ask('careful')).status).toBe(status));
      expect(counts).toEqual({ first: 1, second: 0, third: 0 });
    }
    servers.of.first.behave({ status: 429 });
    await expectSecond('careful', 'gpt-4o');
    await servers.of.first.refuse();
    await expectSecond('careful', 'gpt-4o');
  });

  test('retry.tries ends it, whatever could follow', async () => {
    servers.of.first.behave({ status: 500 });
    servers.of.third.behave({ status: 503 });
    const counts = await servers.countOf(async () => {
      const response = await ask('hasty');
      expect(response.status).toBe(503);
      expect(response.json().mock.name).toBe('third');
    });
    expect(counts).toEqual({ first: 1, second: 0, third: 1 });
  });

  test('retry: false tries once', async () => {
    servers.of.first.behave({ status: 500 });
    const counts = await servers.countOf(async () => expect((await ask('never')).status).toBe(500));
    expect(counts).toEqual({ first: 1, second: 0, third: 0 });
  });

  describe('when all fail', () => {
    const all = (behaviour: Partial<Behaviour>) => {
      for (const name of names) servers.of[name].behave(behaviour);
    };

    test('the last one’s answer is passed on, header and body', async () => {
      all({ status: 503, responseHeaders: [['Retry-After', '17']] });
      const response = await ask('chat');
      expect(response.status).toBe(503);
      expect(response.headers['retry-after']).toBe('17');
      expect(response.json()).toMatchObject({ error: { message: 'mock error 503' }, mock: { name: 'second' } });
    });

    test('429 of the last one, with its Retry-After', async () => {
      all({ status: 429, responseHeaders: [['Retry-After', '2']] });
      const response = await ask('limited');
      expect(response.status).toBe(429);
      expect(response.headers['retry-after']).toBe('2');
    });

    test('no connection to the last one: the status that another one gave', async () => {
      servers.of.first.behave({ status: 503, responseHeaders: [['Retry-After', '9']] });
      await servers.of.second.refuse();
      const response = await ask('chat');
      expect(response.status).toBe(503);
      expect(response.headers['retry-after']).toBe('9');
      expect(response.json().error).toMatchObject({ code: 'upstream_error' });
    });

    test('no connection to any: 502 in the API’s format', async () => {
      await servers.of.first.refuse();
      await servers.of.second.refuse();
      const response = await ask('chat');
      expect(response.status).toBe(502);
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.json().error).toMatchObject({ type: 'server_error', code: 'upstream_failed' });
    });

    test('no answer in time from any: 504', async () => {
      all({ delayMs: 4_000 });
      const response = await ask('chat');
      expect(response.status).toBe(504);
      expect(response.json().error).toMatchObject({ code: 'upstream_timeout' });
    });
  });
});
