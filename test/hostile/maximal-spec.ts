import type { PlainValue } from '../../src/source/value-node.ts';

/** A spec that uses every key of the language at least once, and compiles for debian-12. */
export const maximalSpec = {
  version: 1,
  target: { name: 'debian-12', lua: true, brotli: true },
  server: {
    names: ['ai.example.com', '*.example.org'],
    listen: { http: [8080, '127.0.0.1:8081'], https: '[::]:8443', http2: true },
    tls: { certificate: 'ssl/ai.crt', certificate_key: 'ssl/ai.key', profile: 'intermediate', hsts: '1y' },
    redirect: 308,
    trusted_proxies: ['10.0.0.0/8', '2001:db8::/32'],
    keepalive: { timeout: '65s', requests: 500 },
    max_body_size: '16m',
    response_headers: { 'X-Frame-Options': 'DENY', 'X-Content-Type-Options': 'nosniff' },
  },
  resolver: { addresses: ['127.0.0.11', '[::1]:5353'], valid: '30s', ipv6: true },
  upstreams: {
    llama: {
      servers: [
        { address: '10.0.0.1:8000', weight: 5, max_conns: 100, max_fails: 3, fail_timeout: '30s' },
        { address: '10.0.0.2:8000', down: true },
        '10.0.0.3:8000',
      ],
      balance: { hash: { header: 'X-Session-Id' }, consistent: false },
      keepalive: { connections: 16, timeout: '20s', requests: 200 },
      host: 'llama.internal.example',
      base_path: '/api',
      request_headers: { 'X-Team': 'research' },
    },
    spread: { servers: ['10.0.1.1:8000', '10.0.1.2:8000'], balance: { hash: { query: 'user' } }, keepalive: false },
    tried: {
      servers: ['10.0.2.1:8000', { address: '10.0.2.2:8000', backup: true }],
      balance: 'least_conn',
      keepalive: 8,
      host: 'client',
    },
    private: {
      provider: 'custom',
      servers: ['https://models.example.net:8443'],
      tls: { name: 'models.example.net', verify: true, ca: 'ssl/ca.pem' },
      credential: {
        from: 'file:/run/secrets/models',
        header: 'X-Model-Key',
        scheme: 'bearer',
        hosts: ['models.example.net'],
      },
      resolve: true,
    },
    openai: { provider: 'openai', credential: 'env:OPENAI_API_KEY', tls: true, resolve: false },
    gemini: { provider: 'gemini', credential: { from: 'env:GEMINI_API_KEY', query: 'key' } },
    short: [
      { address: '10.0.3.1:8000', weight: 2, max_conns: 10, max_fails: 2, fail_timeout: '5s' },
      { address: '10.0.3.2:8000', down: true },
      { address: '10.0.3.3:8000', backup: true },
      'unix:/run/model.sock',
    ],
  },
  routes: [
    {
      name: 'chat',
      path: '=/v1/chat/completions',
      match: {
        method: ['POST', 'GET'],
        host: 'chat.example.org',
        header: { 'X-LLM-Version': 'v2', 'X-Beta': ['a'], 'X-Old': false },
        query: { model: 'llama', debug: true, 'user[id]': ['7'] },
        client: ['10.0.0.0/8', '::1'],
      },
      auth: 'none',
      upstream: 'llama',
      timeouts: { connect: '2s', idle: '2m', send: '90s' },
      max_body_size: '64m',
      buffering: true,
      websocket: true,
      compression: false,
      response_headers: { 'X-Served-By': 'llama' },
      request_headers: { 'X-Purpose': 'chat' },
    },
    { path: '/v1/', upstream: 'private', auth: 'none', strip_prefix: '/v1', add_prefix: '/v2' },
    { path: '=/v1/chat/completions', upstream: 'spread', auth: 'none', set_path: '/generate' },
    { path: '/tried/', upstream: 'tried', auth: 'none', match: { header: { 'X-Solo': 'yes' } } },
    { path: '/openai/', upstream: 'openai', auth: 'none', strip_prefix: '/openai' },
    { path: '/gemini/', upstream: 'gemini', auth: 'none' },
    { path: '/short/', upstream: 'short', auth: 'none' },
  ],
  compression: {
    gzip: { level: 6, min_length: 500, types: ['application/json', 'text/plain'] },
    brotli: { level: 3, min_length: 600, types: ['application/json'] },
  },
  log: { access: 'logs/access.log', error: '/var/log/nginx/openclaw.log', level: 'notice' },
  process: {
    user: 'www-data',
    group: 'www-data',
    workers: 2,
    connections: 2048,
    shutdown_timeout: '5m',
    pid: '/run/openclaw.pid',
    temporary_directory: 'tmp/openclaw',
  },
  compose: {
    network: 'models',
    backends: {
      vllm: { image: 'vllm/vllm-openai:v0.8', command: ['--model', 'llama'], env_file: 'secrets/vllm.env' },
    },
  },
} as const satisfies PlainValue;

/** Keys that the maximal spec cannot have: `include` names files, and is no part of the merged spec. */
export const absentKeys: readonly string[] = ['include'];
