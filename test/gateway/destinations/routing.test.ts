import { describe, expect, test } from 'vitest';
import type { Gateway, Route } from '../../../src/gateway/common/gateway.ts';
import { lowerContextOf } from '../../helpers/lower-context.ts';

const upstreams = `
upstreams:
  llama: [10.0.0.1:8000]
  pool: { servers: [10.0.0.1:8000, 10.0.0.2:8000] }
  keys: { provider: openai, credential: [env:A, env:B] }
  openai: { provider: openai, credential: env:A }
  claude: { provider: anthropic, credential: env:C }
`;

async function gatewayOf(spec: string): Promise<Gateway> {
  return (await lowerContextOf(`${upstreams}${spec}`)).gateway;
}

async function routeOf(settings: string, models = ''): Promise<Route> {
  const [route] = (await gatewayOf(`${models}\nroutes: [{ path: /, auth: none, ${settings} }]`)).routes;
  if (route === undefined) throw new Error('no route');
  return route;
}

describe('destinations', () => {
  test.each<[string, Route['destination']]>([
    ['upstream: llama', { kind: 'upstream', upstream: 'llama' }],
    ['upstream: by_model', { kind: 'by_model' }],
    ['answer: models', { kind: 'model_list' }],
    [
      'split: { llama: 99.75%, claude: 0.25% }, sticky: { cookie: Session }, force_header: X-Canary',
      {
        kind: 'split',
        sides: [
          { upstream: 'claude', share: 25 },
          { upstream: 'llama', share: 9975 },
        ],
        sticky: { kind: 'cookie', name: 'session' },
        force: 'X-Canary',
      },
    ],
  ])('%s', async (settings, want) => {
    expect((await routeOf(settings, 'models: { fast: llama }')).destination).toEqual(want);
  });

  test('models are sorted, and keep the order of their targets', async () => {
    const { models } = await gatewayOf(`
models:
  smart: { upstream: claude, as: claude-sonnet-4, fallback: [openai, { upstream: llama, as: small }] }
  fast: llama
routes: [{ path: /, auth: none, upstream: by_model }]`);
    expect(models.map(({ name, targets }) => [name, targets])).toEqual([
      ['fast', [{ upstream: 'llama', model: null }]],
      [
        'smart',
        [
          { upstream: 'claude', model: 'claude-sonnet-4' },
          { upstream: 'openai', model: null },
          { upstream: 'llama', model: 'small' },
        ],
      ],
    ]);
  });
});

describe('the API of a route', () => {
  test.each<[string, string]>([
    ['upstream: claude', 'anthropic'],
    ['upstream: claude, fallback: openai', 'anthropic'],
    ['upstream: openai, fallback: claude', 'openai'],
    ['split: { claude: 50%, openai: 50% }', 'openai'],
    ['upstream: by_model', 'anthropic'],
    ['answer: models', 'anthropic'],
    ['answer: models, api: gemini', 'gemini'],
  ])('%s speaks %s', async (settings, want) => {
    expect((await routeOf(settings, 'models: { smart: claude }')).api).toBe(want);
  });
});

describe('retries', () => {
  const chain = 'models: { smart: { upstream: claude, fallback: [openai, llama] }, fast: llama }';

  test.each<[string, number]>([
    ['upstream: llama', 1],
    ['upstream: pool', 3],
    ['upstream: keys', 3],
    ['upstream: llama, fallback: claude', 3],
    ['upstream: llama, fallback: [claude, openai, keys]', 4],
    ['upstream: llama, fallback: [claude, openai, keys, pool, { upstream: claude, as: x }]', 5],
    ['upstream: by_model', 3],
    ['upstream: by_model, fallback: pool', 4],
    ['split: { llama: 50%, claude: 50% }', 1],
    ['upstream: pool, retry: false', 1],
    ['upstream: pool, retry: { tries: 2 }', 2],
  ])('%s makes up to %i attempts', async (settings, want) => {
    expect((await routeOf(settings, chain)).retry.tries).toBe(want);
  });

  test('without a word, everything that may pass counts as failed, as long as all attempts can take', async () => {
    expect((await routeOf('upstream: pool, timeouts: { connect: 1s, first_byte: 9s }')).retry).toEqual({
      given: false,
      on: { connect: true, reset: true, timeout: true, statuses: [429, 500, 502, 503, 504, 529] },
      tries: 3,
      within: 30_000,
    });
  });

  test('what is named replaces that', async () => {
    expect((await routeOf('upstream: pool, retry: { on: [503, connect, 429, 503], within: 5s }')).retry).toEqual({
      given: true,
      on: { connect: true, reset: false, timeout: false, statuses: [429, 503] },
      tries: 3,
      within: 5000,
    });
  });
});

test.each<[string, number, number]>([
  ['', 300_000, 300_000],
  ['idle: 20s', 20_000, 20_000],
  ['first_byte: 60s', 60_000, 300_000],
  ['first_byte: 60s, idle: 20s', 60_000, 20_000],
])('with `%s` the first byte has %i ms, and the next has %i', async (settings, firstByte, idle) => {
  const { timeouts } = await routeOf(`upstream: llama, timeouts: { ${settings} }`);
  expect([timeouts.firstByte, timeouts.idle]).toEqual([firstByte, idle]);
});

describe('breakers', () => {
  async function breakersOf(spec: string): Promise<Record<string, unknown>> {
    return Object.fromEntries((await gatewayOf(spec)).upstreams.map(({ name, breaker }) => [name, breaker]));
  }

  test('are where requests can go elsewhere', async () => {
    const usual = { failures: 5, open: 10_000 };
    const breakers = await breakersOf(`
models: { smart: { upstream: claude, fallback: keys }, fast: pool }
routes:
  - { path: /a/, auth: none, upstream: llama, fallback: openai }
  - { path: /b/, auth: none, upstream: by_model }`);
    expect(breakers).toEqual({ claude: usual, keys: usual, llama: usual, openai: usual, pool: null });
  });

  test('are nowhere when the route does not retry', async () => {
    const breakers = await breakersOf(`
models: { smart: { upstream: claude, fallback: keys } }
routes: [{ path: /b/, auth: none, upstream: by_model, retry: false }]`);
    expect(Object.values(breakers).every((breaker) => breaker === null)).toBe(true);
  });

  test.each<[string, unknown]>([
    ['false', null],
    ['true', { failures: 5, open: 10_000 }],
    ['{ failures: 2 }', { failures: 2, open: 10_000 }],
  ])('are as the upstream says: %s', async (breaker, want) => {
    const { gateway } = await lowerContextOf(`
upstreams: { a: { servers: [10.0.0.1:8000], breaker: ${breaker} }, b: [10.0.0.2:8000] }
routes: [{ path: /, auth: none, upstream: a, fallback: b }]`);
    expect(gateway.upstreams[0]?.breaker).toEqual(want);
  });
});

describe('probes', () => {
  test.each<[string, unknown]>([
    ['health_check: true', { kind: 'path', path: '/health' }],
    ['health_check: { path: /ready }, base_path: /llm', { kind: 'path', path: '/ready' }],
    ['health_check: { completion: m }', { kind: 'completion', path: '/v1/chat/completions', model: 'm' }],
    [
      'health_check: { completion: m }, base_path: /openai/',
      { kind: 'completion', path: '/openai/v1/chat/completions', model: 'm' },
    ],
    [
      'health_check: { completion: m }, base_path: /api/v3',
      { kind: 'completion', path: '/api/v3/chat/completions', model: 'm' },
    ],
  ])('%s', async (settings, want) => {
    const { gateway } = await lowerContextOf(`
upstreams: { a: { servers: [10.0.0.1:8000], ${settings} } }
routes: [{ path: /, auth: none, upstream: a }]`);
    expect(gateway.upstreams[0]?.healthCheck).toEqual({
      probe: want,
      interval: 5000,
      timeout: 2000,
      rise: 2,
      fall: 3,
    });
  });
});

test.each<[string, unknown]>([
  ['conversation', { kind: 'conversation', ttl: 600_000 }],
  ['{ conversation: { ttl: 1m } }', { kind: 'conversation', ttl: 60_000 }],
  ['least_time', { kind: 'least_time' }],
])('balance: %s', async (balance, want) => {
  const { gateway } = await lowerContextOf(`
upstreams: { a: { servers: [10.0.0.1:8000, 10.0.0.2:8000], balance: ${balance} } }
routes: [{ path: /, auth: none, upstream: a }]`);
  expect(gateway.upstreams[0]?.balance).toEqual(want);
});

test('a service has no port, whatever the provider usually has', async () => {
  const { gateway } = await lowerContextOf(`
resolver: 127.0.0.53
upstreams: { a: { provider: vllm, servers: [{ address: llm.internal, service: HTTP, slow_start: 30s }] } }
routes: [{ path: /, auth: none, upstream: a }]`);
  expect(gateway.upstreams[0]?.servers[0]).toMatchObject({ port: 0, service: 'http', slowStart: 30_000 });
});
