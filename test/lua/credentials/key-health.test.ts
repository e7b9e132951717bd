import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { request } from '../../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../../helpers/mock-model-server.ts';
import { type RoutedGateway, startRoutedGateway } from '../attempts/routed-gateway.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function mock(name: string): Promise<MockModelServer> {
  const server = await startMockModelServer({ name });
  stops.push(server.close);
  return server;
}

/** How the keys of an upstream fail, by their values. */
interface Failing {
  readonly [key: string]: {
    readonly status: number;
    readonly delayMs?: number;
    readonly retryAfter?: string;
    readonly model?: string;
  };
}

function fail(server: MockModelServer, failing: Failing): void {
  server.behave(({ headers, body }) => {
    const rule = failing[headers.authorization?.replace('Bearer ', '') ?? ''];
    if (rule === undefined || (rule.model !== undefined && !body.toString().includes(rule.model))) return {};
    const responseHeaders = rule.retryAfter === undefined ? [] : [['Retry-After', rule.retryAfter] as const];
    return { status: rule.status, delayMs: rule.delayMs ?? 0, responseHeaders };
  });
}

describe.each(['1.22', '1.30'] as const)('keys of upstreams on nginx %s, with two workers', (release) => {
  async function start(options: {
    readonly openai: MockModelServer;
    readonly claude?: MockModelServer;
    /** Lua of the keys. */
    readonly keys?: string;
    readonly readsModel?: boolean;
    readonly files?: Readonly<Record<string, string>>;
  }): Promise<RoutedGateway> {
    const { openai, claude } = options;
    const gateway = await startRoutedGateway({
      release,
      workers: 2,
      upstreams: {
        openai: { ports: [openai.port], credential: 'authorization' },
        ...(claude ? { claude: { ports: [claude.port] } } : {}),
      },
      env: { A: 'key-a', B: 'key-b', C: 'key-c' },
      files: options.files ?? {},
      routes: ['chat'],
      data: `routes = { chat = {
          destination = ${options.readsModel ? '"by_model"' : '"upstream", targets = { { upstream = "openai" } }'},
          fallback = { ${claude ? '{ upstream = "claude" }' : ''} }, tries = 4, within = 60,
          on = { connect = true, reset = true, timeout = true }, statuses = { 429, 500, 503 } } },
        models = { { name = "*", targets = { { upstream = "openai" } } } },
        credentials = { openai = { keys = { ${options.keys ?? '{ source = "env", name = "A" }, { source = "env", name = "B" }'} } } },`,
      server: `location = /memory { content_by_lua_block {
          local shared = ngx.shared.openclaw_key_health
          for _, key in ipairs(shared:get_keys()) do
            if key:find(" caller %d+$") then
              local ends = tonumber(shared:get(key):match("^%S+"))
              ngx.say(key, " ", math.ceil(ends - require("openclaw.core.clock").now()))
            end
          end
        } }`,
    });
    stops.push(gateway.stop);
    return gateway;
  }

  const ask = (gateway: RoutedGateway, model = 'gpt-4o') =>
    request({ port: gateway.port, path: '/chat/v1/chat/completions', json: { model } });
  const askMany = (gateway: RoutedGateway, count: number, model?: string) =>
    Promise.all(Array.from({ length: count }, () => ask(gateway, model)));
  const memory = async (gateway: RoutedGateway) => (await request({ port: gateway.port, path: '/memory' })).text;
  const used = (server: MockModelServer, key: string) =>
    server.requests.filter(({ headers }) => headers.authorization === `Bearer ${key}`).length;

  test.each([401, 402, 403, 429])(
    'one that gets %i is left out, and the request goes on with another',
    async (status) => {
      const [openai, claude] = [await mock('openai'), await mock('claude')];
      const gateway = await start({ openai, claude });
      fail(openai, { 'key-a': { status } });
      for (const answer of await askMany(gateway, 10)) expect(answer.json().mock.name).toBe('openai');
      const before = used(openai, 'key-a');
      expect(before).toBeGreaterThan(0);
      for (const answer of await askMany(gateway, 30)) expect(answer.status).toBe(200);
      expect([used(openai, 'key-a'), used(openai, 'key-b'), claude.requests.length]).toEqual([before, 40, 0]);
      const [line = ''] = (await memory(gateway)).split('\n');
      expect(line).toMatch(
        status === 429 ? /^openai [0-9a-f]{16} caller \d+ [45]$/ : /^openai [0-9a-f]{16} caller \d+ (59|60)$/,
      );
    },
  );

  test.each([
    ['2', 1, 2],
    ['1800', 298, 300],
    ['0.5', 0, 1],
    [() => new Date(Date.now() + 120_000).toUTCString(), 117, 120],
    ['soon', 4, 5],
  ] as const)(
    'after 429 with `Retry-After: %s` it is out for that long, five minutes at most',
    async (given, low, high) => {
      const openai = await mock('openai');
      const gateway = await start({ openai });
      fail(openai, { 'key-a': { status: 429, retryAfter: typeof given === 'string' ? given : given() } });
      await askMany(gateway, 10);
      const seconds = Number((await memory(gateway)).trim().split(' ').at(-1));
      expect(seconds).toBeGreaterThanOrEqual(low);
      expect(seconds).toBeLessThanOrEqual(high);
    },
  );

  test('it comes back when its time is over', async () => {
    const openai = await mock('openai');
    const gateway = await start({ openai });
    fail(openai, { 'key-a': { status: 429, retryAfter: '1' } });
    await askMany(gateway, 10);
    fail(openai, {});
    const before = used(openai, 'key-a');
    await sleep(1_050);
    await askMany(gateway, 20);
    expect(used(openai, 'key-a')).toBeGreaterThan(before);
  });

  test.each([429])(
    '%i is about one model where the gateway knows it, and about the key where it does not',
    async (status) => {
      const openai = await mock('openai');
      fail(openai, { 'key-a': { status, model: 'o3' } });
      const knowing = await start({ openai, readsModel: true });
      await askMany(knowing, 10, 'o3');
      const before = used(openai, 'key-a');
      await askMany(knowing, 10, 'o3');
      expect(used(openai, 'key-a')).toBe(before);
      await askMany(knowing, 20, 'gpt-4o');
      expect(used(openai, 'key-a')).toBeGreaterThan(before);

      const blind = await start({ openai });
      await askMany(blind, 10, 'o3');
      const then = used(openai, 'key-a');
      await askMany(blind, 20, 'gpt-4o');
      expect(used(openai, 'key-a')).toBe(then);
    },
  );

  test('when all are out the next upstream serves, without a look at this one', async () => {
    const [openai, claude] = [await mock('openai'), await mock('claude')];
    const gateway = await start({ openai, claude });
    fail(openai, { 'key-a': { status: 401 }, 'key-b': { status: 429, retryAfter: '60' } });
    expect((await ask(gateway)).json().mock.name).toBe('claude');
    expect(openai.requests).toHaveLength(2);
    for (const answer of await askMany(gateway, 10)) expect(answer.json().mock.name).toBe('claude');
    expect(openai.requests).toHaveLength(2);
  });

  test('when all are out and there is nothing else, the one that comes back first is tried', async () => {
    const openai = await mock('openai');
    const gateway = await start({ openai });
    fail(openai, { 'key-a': { status: 401, delayMs: 50 }, 'key-b': { status: 401, delayMs: 50 } });
    expect((await ask(gateway)).status).toBe(401);
    const [first] = openai.requests;
    openai.behave({});
    expect((await ask(gateway)).status).toBe(200);
    expect(openai.requests[2]?.headers.authorization).toBe(first?.headers.authorization);
  });

  test('when the provider wants all of them to wait, the client is told at once', async () => {
    const openai = await mock('openai');
    const gateway = await start({ openai });
    fail(openai, { 'key-a': { status: 429, retryAfter: '40' }, 'key-b': { status: 429, retryAfter: '20' } });
    const first = await ask(gateway);
    expect([first.status, openai.requests.length]).toEqual([429, 2]);
    for (const answer of await askMany(gateway, 10)) {
      expect([answer.status, answer.json().error.code]).toEqual([429, 'upstream_rate_limited']);
      expect(['19', '20']).toContain(answer.headers['retry-after']);
    }
    expect(openai.requests).toHaveLength(2);
  });

  test('those that work keep their weights', async () => {
    const openai = await mock('openai');
    const key = (name: string, weight: number) => `{ source = "env", name = "${name}", weight = ${weight} }`;
    const gateway = await start({ openai, keys: [key('A', 10), key('B', 3), key('C', 1)].join(', ') });
    fail(openai, { 'key-a': { status: 401 } });
    await askMany(gateway, 40);
    const before = [used(openai, 'key-b'), used(openai, 'key-c')] as const;
    for (let round = 0; round < 10; round += 1) await askMany(gateway, 40);
    const b = used(openai, 'key-b') - before[0];
    expect(b + used(openai, 'key-c') - before[1]).toBe(400);
    // Five standard deviations around 300.
    expect(Math.abs(b - 300)).toBeLessThan(44);
  });

  test('a new value in the same file is a new key, and no value is in shared memory or the log', async () => {
    const openai = await mock('openai');
    const gateway = await start({
      openai,
      keys: '{ source = "file", name = "openai.key" }',
      files: { 'openai.key': 'old-key' },
    });
    fail(openai, { 'old-key': { status: 429, retryAfter: '600' } });
    expect((await ask(gateway)).status).toBe(429);
    expect((await ask(gateway)).json().error.code).toBe('upstream_rate_limited');
    await writeFile(join(gateway.prefix, 'openai.key'), 'new-key');
    await expect.poll(async () => (await ask(gateway)).status, { timeout: 5_000 }).toBe(200);
    expect(await memory(gateway)).not.toMatch(/old-key|new-key/);
    expect(await gateway.errorLog()).not.toMatch(/old-key|new-key/);
  });
});
