import type { PlainValue } from '../../src/source/value-node.ts';

/** Every key that says which upstream gets a request, and what happens when it fails. Compiles for debian-12. */
export const routingSpec = {
  version: 1,
  target: { name: 'debian-12', lua: true, brotli: true },
  resolver: '127.0.0.11',
  upstreams: {
    quick: {
      servers: [
        { address: '10.1.0.1:8000', slow_start: '30s', max_conns: 9 },
        { address: 'quick.internal', service: 'http' },
      ],
      balance: 'least_time',
      health_check: { path: '/health', interval: '7s', timeout: '3s', rise: 4, fall: 5 },
      breaker: { failures: 6, open: '11s' },
      longest_answer: '50s',
    },
    talk: {
      servers: ['10.2.0.1:8000', '10.2.0.2:8000'],
      balance: { conversation: { ttl: '9m' } },
      health_check: { completion: 'llama-3' },
      breaker: false,
    },
    shadow: [
      { address: 'shadow.internal', service: 'llm' },
      { address: '10.3.0.1:8000', slow_start: '20s' },
    ],
  },
  models: {
    fast: 'quick',
    smart: {
      upstream: 'quick',
      as: 'llama-3.3-70b',
      fallback: ['talk', { upstream: 'shadow', as: 'llama-3.1-8b' }],
    },
    'gpt-4o*': { upstream: 'quick', fallback: { upstream: 'talk', as: 'gpt-oss' } },
  },
  routes: [
    {
      name: 'routed',
      path: '=/v1/routed',
      auth: 'none',
      match: { method: 'POST', model: ['gpt-4o*'] },
      upstream: 'by_model',
      fallback: ['shadow', { upstream: 'quick', as: 'last-resort' }],
      retry: { on: ['connect', 'reset', 'timeout', 429, '5xx'], tries: 3, within: '70s' },
      mirror: { upstream: 'shadow', share: '10%' },
      timeouts: { connect: '4s', first_byte: '55s', idle: '110s', send: '45s', total: '5m', client: '6m' },
      stream_errors: 'event',
    },
    {
      name: 'halves',
      path: '/halves/',
      auth: 'none',
      match: { model: 'fast' },
      split: { quick: '90%', talk: '10%' },
      sticky: { header: 'X-Session-Id' },
      force_header: 'X-Canary',
      mirror: 'shadow',
      retry: { on: 503 },
      fallback: { upstream: 'shadow', as: 'small' },
    },
    { path: '/cookies/', auth: 'none', split: { quick: '50%', talk: '50%' }, sticky: { cookie: 'session' } },
    { path: '=/v1/models', auth: 'none', answer: 'models' },
  ],
} as const satisfies PlainValue;
