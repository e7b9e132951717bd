import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { request, stream } from '../../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { type RoutedGateway, type RoutedUpstream, startRoutedGateway } from './routed-gateway.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function mock(name: string): Promise<MockModelServer> {
  const server = await startMockModelServer({ name });
  stops.push(server.close);
  return server;
}

const statuses = '{ 429, 500, 502, 503, 504, 529 }';
const everything = `{ connect = true, reset = true, timeout = true }, statuses = ${statuses}`;

describe.each(['1.22', '1.30'] as const)('attempts on nginx %s', (release) => {
  async function start(options: {
    readonly upstreams: Readonly<Record<string, RoutedUpstream>>;
    /** Lua of `targets`, the first of which is the route's own upstream. */
    readonly targets: readonly string[];
    readonly on?: string;
    readonly tries?: number;
    readonly within?: number;
    readonly breakers?: string;
    readonly keys?: Readonly<Record<string, readonly string[]>>;
    readonly server?: string;
    readonly attempt?: string;
    readonly files?: Readonly<Record<string, string>>;
  }): Promise<RoutedGateway> {
    const [first, ...fallback] = options.targets;
    const keys = Object.entries(options.keys ?? {});
    const gateway = await startRoutedGateway({
      release,
      firstByte: '1s',
      upstreams: options.upstreams,
      routes: ['chat'],
      server: options.server ?? '',
      attempt: options.attempt ?? '',
      files: options.files ?? {},
      env: Object.fromEntries(keys.flatMap(([, names]) => names.map((name) => [name, `secret-${name}`]))),
      data: `routes = { chat = { destination = "upstream", targets = { ${first} }, fallback = { ${fallback.join(', ')} },
          tries = ${options.tries ?? 5}, within = ${options.within ?? 60}, on = ${options.on ?? everything} } },
        breakers = { ${options.breakers ?? ''} },
        credentials = { ${keys.map(([name, names]) => `${name} = { keys = { ${names.map((key) => `{ source = "env", name = "${key}" }`).join(', ')} } }`).join(', ')} },`,
    });
    stops.push(gateway.stop);
    return gateway;
  }

  const two = (openai: MockModelServer, claude: MockModelServer) => ({
    upstreams: {
      openai: { ports: [openai.port], credential: 'authorization', basePath: '/base' },
      claude: { ports: [claude.port], credential: 'x-api-key' },
    } as const,
    targets: ['{ upstream = "openai" }', '{ upstream = "claude", model = "sonnet" }'],
    keys: { openai: ['A'], claude: ['B'] },
  });

  const ask = (gateway: RoutedGateway, options: { path?: string; pad?: number; stream?: boolean } = {}) =>
    request({
      port: gateway.port,
      path: `/chat/v1/chat/completions${options.path ?? ''}`,
      headers: { authorization: 'Bearer of-the-client', 'x-caller': 'mobile' },
      json: { model: 'fast', messages: [], ...(options.pad ? { pad: 'x'.repeat(options.pad) } : {}) },
    });

  const failures: [string, (server: MockModelServer) => unknown][] = [
    ['is refused a connection', (server) => server.refuse()],
    ['loses the connection', (server) => server.behave({ drop: true })],
    ['gets no answer in time', (server) => server.behave({ delayMs: 3_000 })],
    ...[401, 402, 403, 429, 500, 502, 503, 504, 529].map((status): [string, (server: MockModelServer) => unknown] => [
      `gets ${status}`,
      (server) => server.behave({ status }),
    ]),
  ];

  test.each(failures)(
    'a request that %s goes on to the fallback with its own host, path, key and model',
    async (_, fail) => {
      const openai = await mock('openai');
      const claude = await mock('claude');
      const gateway = await start(two(openai, claude));
      await fail(openai);
      const answer = await ask(gateway, { path: '?trace=1', pad: 2_000_000 });
      expect([answer.status, answer.json().mock.name, answer.headers['x-model']]).toEqual([200, 'claude', 'fast']);
      expect(claude.requests).toHaveLength(1);
      const [got] = claude.requests;
      expect(got?.url).toBe('/chat/v1/chat/completions?trace=1');
      expect(got?.headers).toMatchObject({ host: 'claude.test', 'x-api-key': 'secret-B' });
      expect(JSON.stringify(got?.rawHeaders)).not.toMatch(/of-the-client|secret-A|mobile/);
      expect(JSON.parse(got?.body.toString() ?? '')).toEqual({
        model: 'sonnet',
        messages: [],
        pad: 'x'.repeat(2_000_000),
      });
      for (const sent of openai.requests) {
        expect(sent.url).toBe('/base/chat/v1/chat/completions?trace=1');
        expect(sent.headers).toMatchObject({ host: 'openai.test', authorization: 'Bearer secret-A' });
        expect(JSON.parse(sent.body.toString()).model).toBe('fast');
      }
    },
  );

  test('gives the client its own model name back when the next upstream has no other', async () => {
    const [a, b] = [await mock('a'), await mock('b')];
    const gateway = await start({
      upstreams: { a: { ports: [a.port] }, b: { ports: [b.port] } },
      targets: [
        '{ upstream = "a", model = "long-name-of-a" }',
        '{ upstream = "b" }',
        '{ upstream = "a", model = "z" }',
      ],
    });
    a.behave((_, index) => (index === 0 ? { status: 500 } : {}));
    b.behave({ status: 500 });
    expect((await ask(gateway)).json().model).toBe('z');
    const sent = [...a.requests, ...b.requests].map(({ body }) => JSON.parse(body.toString()).model);
    expect(sent).toEqual(['long-name-of-a', 'z', 'fast']);
  });

  test('never sends the key of one upstream, which is in the query, to another', async () => {
    const [a, b] = [await mock('a'), await mock('b')];
    const gateway = await start({
      upstreams: { a: { ports: [a.port], credential: 'query' }, b: { ports: [b.port] } },
      targets: ['{ upstream = "a" }', '{ upstream = "b" }'],
      keys: { a: ['A'] },
    });
    a.behave({ status: 503 });
    expect((await ask(gateway, { path: '?alt=sse' })).status).toBe(200);
    expect(a.requests[0]?.url).toBe('/chat/v1/chat/completions?alt=sse&key=secret-A');
    expect(b.requests[0]?.url).toBe('/chat/v1/chat/completions?alt=sse');
  });

  const unwanted: [string, string, (server: MockModelServer) => unknown, number, string][] = [
    ['a broken connection', '{ connect = true }', (server) => server.behave({ drop: true }), 502, 'upstream_failed'],
    ['silence', '{ reset = true }', (server) => server.behave({ delayMs: 3_000 }), 504, 'upstream_timeout'],
    ['no connection', '{ reset = true }', (server) => server.refuse(), 502, 'upstream_failed'],
    ['503', '{ connect = true }', (server) => server.behave({ status: 503 }), 503, 'upstream_error'],
    ['429', '{ connect = true }', (server) => server.behave({ status: 429 }), 429, 'upstream_rate_limited'],
  ];

  test.each(unwanted)('%s ends a request whose route does not retry on it', async (_, on, fail, status, code) => {
    const openai = await mock('openai');
    const claude = await mock('claude');
    const gateway = await start({ ...two(openai, claude), on });
    await fail(openai);
    const answer = await ask(gateway);
    expect([answer.status, answer.json().error.code]).toEqual([status, code]);
    expect(claude.requests).toHaveLength(0);
  });

  test('passes on what the last upstream answers, and what any upstream answers that is no failure', async () => {
    const openai = await mock('openai');
    const claude = await mock('claude');
    const gateway = await start(two(openai, claude));
    openai.behave({ status: 404 });
    expect((await ask(gateway)).json().mock.name).toBe('openai');
    openai.behave({ status: 500 });
    claude.behave({ status: 502, responseHeaders: [['Retry-After', '4']] });
    const answer = await ask(gateway);
    expect([answer.status, answer.json().mock.name, answer.headers['retry-after']]).toEqual([502, 'claude', '4']);
  });

  test('answers the last status that an upstream gave when the last attempt brought none', async () => {
    const openai = await mock('openai');
    const claude = await mock('claude');
    const gateway = await start(two(openai, claude));
    await claude.refuse();
    openai.behave({ status: 529, responseHeaders: [['Retry-After', '9']] });
    const broken = await ask(gateway);
    expect([broken.status, broken.headers['retry-after'], broken.json().error.code]).toEqual([
      529,
      '9',
      'upstream_error',
    ]);
    openai.behave({ status: 429, responseHeaders: [['Retry-After', '33']] });
    const limited = await ask(gateway);
    expect([limited.status, limited.headers['retry-after']]).toEqual([429, '33']);
    expect(limited.json().error).toMatchObject({ code: 'upstream_rate_limited', type: 'rate_limit_error' });
    expect(limited.text + JSON.stringify(limited.headers)).not.toMatch(/secret|127\.0\.0\.1/);
  });

  test('does not tell the client that the key was refused which is not its own', async () => {
    const openai = await mock('openai');
    const claude = await mock('claude');
    const gateway = await start(two(openai, claude));
    openai.behave({ status: 401 });
    await claude.refuse();
    expect((await ask(gateway)).json().error.code).toBe('upstream_failed');
  });

  test('stops at `tries`, and begins no attempt after `within`', async () => {
    const servers = await Promise.all(['a', 'b', 'c'].map(mock));
    const upstreams = Object.fromEntries(servers.map(({ name, port }) => [name, { ports: [port] }]));
    const targets = servers.map(({ name }) => `{ upstream = "${name}" }`);
    for (const server of servers) server.behave({ status: 503, delayMs: 300 });
    const few = await start({ upstreams, targets, tries: 2 });
    expect((await ask(few)).json().mock.name).toBe('b');
    const brief = await start({ upstreams, targets, within: 0.2 });
    const answer = await ask(brief);
    expect([answer.status, answer.json().error.code]).toEqual([503, 'upstream_error']);
    expect(servers.map(({ requests }) => requests.length)).toEqual([2, 1, 0]);
  });

  test('asks an upstream of several servers once more before it goes on', async () => {
    const [a, b] = [await mock('a'), await mock('b')];
    const gateway = await start({
      upstreams: { a: { ports: [a.port, a.port] }, b: { ports: [b.port] } },
      targets: ['{ upstream = "a" }', '{ upstream = "b" }'],
      breakers: 'a = { servers = 2 }',
    });
    a.behave((_, index) => (index === 0 ? { drop: true } : {}));
    expect((await ask(gateway)).json().mock.name).toBe('a');
    a.behave({ status: 500 });
    expect((await ask(gateway)).json().mock.name).toBe('b');
    expect([a.requests.length, b.requests.length]).toEqual([4, 1]);
  });

  test.each([
    ['broken connections', [{ drop: true }, { drop: true }]],
    ['refused keys', [{ status: 401 }, { status: 403 }]],
    ['errors and refused keys', [{ status: 500 }, { status: 401 }]],
    ['broken connections and refused keys', [{ drop: true }, { status: 403 }]],
  ])('does as many attempts as nginx can, whatever makes them fail: %s', async (_, kinds) => {
    const servers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(mock));
    const gateway = await start({
      upstreams: Object.fromEntries(
        servers.map(({ name, port }) => [name, { ports: [port], credential: 'authorization' }]),
      ),
      targets: servers.map(({ name }) => `{ upstream = "${name}" }`),
      keys: Object.fromEntries(servers.map(({ name }) => [name, [`${name}1`, `${name}2`, `${name}3`]])),
      // One change of location more, as behind a path that several routes share.
      server: 'location /entry/ { rewrite ^/entry(.*)$ $1 last; }',
    });
    for (const [index, server] of servers.entries()) server.behave(kinds[index % 2] ?? {});
    const answer = await request({ port: gateway.port, path: '/entry/chat/v1/chat/completions', json: {} });
    expect(answer.text).not.toContain('<html>');
    const attempts = servers.reduce((sum, { requests }) => sum + requests.length, 0);
    expect(attempts).toBeGreaterThanOrEqual(4);
    expect(attempts).toBeLessThanOrEqual(5);
    expect(await gateway.errorLog()).not.toMatch(/cycle|runtime error/);
  });

  test('passes over an upstream whose key is missing, and says so when there is no other', async () => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const data = `credentials = { openai = { keys = { { source = "env", name = "UNSET" } } }, claude = { keys = {} } },`;
    const route = (name: string, targets: string, fallback: string) =>
      `${name} = { destination = "upstream", targets = { ${targets} }, fallback = { ${fallback} }, tries = 3, within = 9, on = ${everything} }`;
    const { upstreams } = two(openai, claude);
    const gateway = await startRoutedGateway({
      release,
      upstreams: { ...upstreams, plain: { ports: [claude.port] } },
      routes: ['chat', 'alone'],
      data: `routes = {
        ${route('chat', '{ upstream = "openai" }', '{ upstream = "claude" }, { upstream = "plain" }')},
        ${route('alone', '{ upstream = "openai" }', '')},
      }, ${data}`,
    });
    stops.push(gateway.stop);
    expect((await ask(gateway)).json().mock.name).toBe('claude');
    const refused = await request({ port: gateway.port, path: '/alone/', json: {} });
    expect([refused.status, refused.json().error.code]).toEqual([503, 'upstream_credential_missing']);
    expect(openai.requests).toEqual([]);
  });

  /** Lua that an attempt at `openai` runs after it has begun. */
  const during = (lua: string) => ({
    'lua/attempt/openai.lua': `require("openclaw.attempts.attempts").enter("openai")
      local state = require("openclaw.core.request_state").get()
      ${lua}`,
  });

  test('goes on when an attempt is given up before it has reached anything', async () => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const files = during('state.unreached = "upstream_full" return ngx.exit(503)');
    const gateway = await start({ ...two(openai, claude), files });
    expect((await ask(gateway)).json().mock.name).toBe('claude');
    const alone = await start({
      ...two(openai, claude),
      targets: ['{ upstream = "openai" }'],
      keys: { openai: ['A', 'B'] },
      files,
    });
    const answer = await ask(alone);
    expect([answer.status, answer.json().error.code]).toEqual([503, 'upstream_full']);
    expect(openai.requests).toEqual([]);
  });

  test('a connection that was broken for its silence counts as silence', async () => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const files = during('state.deadline = { expired = "first_byte" }');
    openai.behave({ drop: true });
    const retrying = await start({ ...two(openai, claude), on: '{ timeout = true }', files });
    expect((await ask(retrying)).json().mock.name).toBe('claude');
    const resetting = await start({ ...two(openai, claude), on: '{ reset = true }', files });
    const answer = await ask(resetting);
    expect([answer.status, answer.json().error.code]).toEqual([504, 'upstream_timeout']);
  });

  test('begins no attempt when the time for all of them is over', async () => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const files = during('state.deadline = { expired = "total" }');
    const gateway = await start({ ...two(openai, claude), files });
    openai.behave({ drop: true });
    expect((await ask(gateway)).json().error.code).toBe('upstream_timeout');
    openai.behave({ status: 500 });
    expect((await ask(gateway)).json().error.code).toBe('upstream_error');
    expect(claude.requests).toEqual([]);
  });

  test('streams of a fallback pass as they come', async () => {
    const openai = await mock('openai');
    const claude = await mock('claude');
    const gateway = await start(two(openai, claude));
    await openai.refuse();
    claude.behave({ chunks: 3, gapMs: 200 });
    const answer = await stream({
      port: gateway.port,
      path: '/chat/v1/chat/completions',
      json: { model: 'fast', stream: true },
    });
    const times: number[] = [];
    let text = '';
    for await (const chunk of answer) {
      times.push(chunk.at);
      text += chunk.text;
    }
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(100);
    expect(text).toContain('[DONE]');
    expect(claude.requests[0]?.headers['x-api-key']).toBe('secret-B');
  });

  test('goes on undisturbed by a copy of the request that a shadow gets', async () => {
    const [openai, claude, shadow] = [await mock('openai'), await mock('claude'), await mock('shadow')];
    const gateway = await start({
      ...two(openai, claude),
      attempt: 'mirror /shadow;',
      server: `location = /shadow {
        internal;
        header_filter_by_lua_block { require("openclaw.attempts.attempts").header() }
        proxy_pass http://127.0.0.1:${shadow.port}$request_uri;
      }`,
      breakers: 'openai = { failures = 2, open = 60 }, claude = { failures = 2, open = 60 }',
    });
    shadow.behave({ status: 500 });
    openai.behave({ delayMs: 100 });
    for (let index = 0; index < 3; index += 1) expect((await ask(gateway)).json().mock.name).toBe('openai');
    openai.behave({ delayMs: 100, status: 500 });
    for (let index = 0; index < 3; index += 1) expect((await ask(gateway)).json().mock.name).toBe('claude');
    expect(openai.requests).toHaveLength(5);
    expect(shadow.requests.length).toBeGreaterThanOrEqual(5);
  });

  test('forgets every request at its end, the aborted ones too, and even without its last words', async () => {
    const openai = await mock('openai');
    const claude = await mock('claude');
    const count = `content_by_lua_block {
      local new = require("openclaw.core.request_state").new
      for index = 1, 20 do
        local name, states = debug.getupvalue(new, index)
        if name == "states" then
          collectgarbage() collectgarbage()
          local count = 0
          for _ in pairs(states) do count = count + 1 end
          return ngx.print(count)
        end
      end
    }`;
    const gateway = await start({
      ...two(openai, claude),
      server: `location /silent/ { log_by_lua_block { } set $openclaw_plan "";
          access_by_lua_block { require("openclaw.core.request_state").new() ngx.exec("@silent") } }
        location @silent { log_by_lua_block { }
          content_by_lua_block {
            collectgarbage() collectgarbage()
            ngx.print(require("openclaw.core.request_state").get() and "known" or "lost")
          } }
        location = /count { ${count} }`,
    });
    openai.behave({ status: 500 });
    for (let index = 0; index < 20; index += 1) await ask(gateway);
    for (let index = 0; index < 20; index += 1) {
      expect((await request({ port: gateway.port, path: '/silent/' })).text).toBe('known');
    }
    openai.behave({ delayMs: 900 });
    const aborted = AbortSignal.timeout(100);
    await expect(
      request({ port: gateway.port, path: '/chat/v1/chat/completions', json: {}, signal: aborted }),
    ).rejects.toThrow();
    await sleep(100);
    expect((await request({ port: gateway.port, path: '/count' })).text).toBe('0');
  });
});
