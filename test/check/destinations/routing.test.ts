import { expect, test } from 'vitest';
import { findingsOf, placesOf } from '../findings.ts';

const upstreams = `
version: 1
resolver: 127.0.0.53
upstreams:
  llama: { servers: [10.0.0.1:8000], longest_answer: 2m }
  pool: { servers: [10.0.0.1:8000, 10.0.0.2:8000], balance: conversation, health_check: true, breaker: false }
  openai: { provider: openai, credential: env:OPENAI_API_KEY }
  claude: { provider: anthropic, credential: env:ANTHROPIC_API_KEY }
  shadow: { servers: [{ address: shadow.internal, service: http }], balance: least_time }
`;

test('a gateway that uses all of it has nothing to be told', () => {
  const spec = `${upstreams}
models:
  fast: llama
  smart: { upstream: claude, as: claude-sonnet-4, fallback: [openai, { upstream: pool, as: llama-3 }] }
  "gpt-*": openai
  "gpt-4o*": { upstream: openai, fallback: { upstream: openai, as: gpt-4o } }
key_maps:
  apps:
    clients:
      - { id: web, key: "sha256:e09f4d899daba9a6854d91f9f92af3664bef862c83e565a3af4d4e395cac15b0", models: ["gpt-4o*", fast] }
routes:
  - path: =/v1/chat/completions
    auth: apps
    upstream: by_model
    fallback: [pool]
    retry: { on: [connect, reset, timeout, 429, 5xx], tries: 3, within: 60s }
    timeouts: { connect: 5s, first_byte: 120s, idle: 30s, total: 10m, client: 15m }
    mirror: { upstream: shadow, share: 10% }
  - { path: =/v1/models, auth: apps, answer: models }
  - path: /canary/
    auth: none
    split: { pool: 95%, shadow: 5%, llama: 0% }
    sticky: client
    force_header: X-Canary
  - { path: /v1/realtime, auth: none, match: { model: "gpt-*", method: GET }, websocket: true, upstream: openai }`;
  expect(findingsOf(spec)).toEqual([]);
});

/** Each of these is what one rule must not say: the case beside the one in test/errors. */
test.each<[string, string, readonly string[]]>([
  ['keys for a route that only falls back', '{ path: /, name: chat, auth: none, upstream: pool, fallback: keyed }', []],
  ['keys for a route that only copies', '{ path: /, name: chat, auth: none, upstream: pool, mirror: keyed }', []],
  [
    'keys for a route that does neither',
    '{ path: /, name: chat, auth: none, upstream: pool }, { path: /b/, auth: none, upstream: keyed }',
    ['OC3012 upstreams.keyed.credential.for.0.route'],
  ],
])('%s', (_what, routes, want) => {
  const spec = `
version: 1
upstreams:
  pool: [10.0.0.1:8000, 10.0.0.2:8000]
  keyed: { servers: [10.0.0.3:8000], credential: { from: env:A, for: [{ route: chat, from: env:B }] } }
routes: [${routes}]`;
  expect(placesOf(spec)).toEqual(want);
});

test.each<[string, readonly string[]]>([
  ['fallback: openai', []],
  ['mirror: openai', ['OC3025 routes.0.mirror', 'OC3012 key_maps.apps.clients.0.upstreams']],
  ['compression: false', ['OC3012 key_maps.apps.clients.0.upstreams', 'OC3007 upstreams.openai']],
])('a client that may use one upstream only can call a route with `%s`', (settings, want) => {
  const spec = `
version: 1
resolver: 127.0.0.53
upstreams: { llama: [10.0.0.1:8000], openai: { provider: openai, credential: env:A } }
key_maps:
  apps:
    clients:
      - { id: web, key: "sha256:e09f4d899daba9a6854d91f9f92af3664bef862c83e565a3af4d4e395cac15b0", upstreams: openai }
routes: [{ path: /, auth: apps, upstream: llama, ${settings} }]`;
  expect(placesOf(spec)).toEqual(want);
});

test('a misspelt fallback is told once, and not as an upstream that is never used', () => {
  const spec = `${upstreams}
models: { fast: { upstream: llama, fallback: [pol, opnai] }, smart: { upstream: cloude } }
routes: [{ path: /, auth: none, upstream: by_model, mirror: shadw }]`;
  expect(placesOf(spec)).toEqual([
    'OC3002 models.fast.fallback.0',
    'OC3002 models.fast.fallback.1',
    'OC3002 models.smart.upstream',
    'OC3002 routes.0.mirror',
  ]);
});
