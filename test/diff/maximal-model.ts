import type { PublicModel, PublicRoute } from '../../src/diff/common/public-model.ts';

const rights = () => ({
  tier: 'premium',
  routes: ['chat'],
  upstreams: ['openai'],
  models: ['gpt-*'],
  addresses: ['10.0.0.0/8'],
  notBefore: 1_796_083_200,
  notAfter: 1_801_353_600,
});

const claims = () => ({ client: 'azp', tier: 'plan', require: [{ name: 'scope', values: ['chat'] }] });

const route = (own: Pick<PublicRoute, 'name' | 'path' | 'destination'>): PublicRoute => ({
  conditions: [
    { kind: 'method', values: ['POST'] },
    { kind: 'host', values: ['a.example.com'] },
    { kind: 'client', ranges: ['10.0.0.0/8'] },
    { kind: 'model', patterns: ['gpt-*'] },
    { kind: 'header', name: 'x-three', test: { kind: 'one_of', values: ['three'] } },
    { kind: 'query', name: 'four', test: { kind: 'present' } },
  ],
  auth: { kind: 'any', methods: ['apps', 'login'] },
  addresses: { allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] },
  limits: ['per_org', 'per_user'],
  api: 'anthropic',
  fallback: [
    { upstream: 'claude', model: 'claude-sonnet-4' },
    { upstream: 'openai', model: 'gpt-4o' },
  ],
  retry: {
    given: true,
    on: { connect: true, reset: true, timeout: true, statuses: [429, 500] },
    tries: 3,
    within: 60_000,
  },
  mirror: { upstream: 'claude', share: 1000 },
  rewrite: { kind: 'prefix', strip: '/a', add: '/b' },
  timeouts: { connect: 1000, firstByte: 1000, idle: 2000, send: 1000, total: 60_000, client: 70_000 },
  streamErrors: 'event',
  maxBodySize: 2048,
  buffering: true,
  websocket: true,
  compression: true,
  responseHeaders: [{ name: 'X-Five', value: 'five' }],
  requestHeaders: [{ name: 'X-Six', value: 'six' }],
  ...own,
});

/** A model in which nothing is null or empty, so that every field of it can be walked. */
export const maximalModel: PublicModel = {
  server: {
    names: ['a.example.com'],
    listeners: [
      { host: '127.0.0.2', port: 80, tls: false },
      { host: '127.0.0.1', port: 443, tls: true },
    ],
    http2: true,
    tls: { certificate: 'a.crt', certificateKey: 'a.key', profile: 'intermediate', hsts: 1000 },
    redirect: { status: 301, port: 443 },
    trustedProxies: { ranges: ['10.0.0.0/8'], header: 'X-Forwarded-For', recursive: true },
    addresses: { allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] },
    limits: ['per_org'],
    bodyTimeout: 1000,
    connectionsPerAddress: { most: 100, private: true },
    keepalive: { timeout: 1000, requests: 10 },
    maxBodySize: 1024,
    responseHeaders: [{ name: 'X-One', value: 'one' }],
  },
  resolver: { addresses: ['127.0.0.53'], valid: 1000, ipv6: true },
  upstreams: [
    {
      name: 'openai',
      provider: 'openai',
      servers: [
        {
          kind: 'network',
          host: 'api.openai.com',
          port: 443,
          weight: 1,
          backup: false,
          down: false,
          maxConns: 10,
          maxFails: 1,
          failTimeout: 1000,
          slowStart: 1000,
          service: 'http',
        },
      ],
      balance: { kind: 'hash', key: { kind: 'header', name: 'X-User' }, consistent: true },
      keepalive: { connections: 32, timeout: 1000, requests: 10 },
      tls: { name: 'api.openai.com', verify: true, ca: 'ca.pem' },
      credential: {
        keys: [
          {
            from: { source: 'env', name: 'KEY' },
            weight: 1,
            headers: [{ name: 'OpenAI-Organization', value: 'org-1' }],
          },
        ],
        rules: [
          {
            who: { kind: 'client', name: 'mobile' },
            keys: [
              {
                from: { source: 'env', name: 'MOBILE_KEY' },
                weight: 1,
                headers: [{ name: 'X-Seven', value: 'seven' }],
              },
            ],
          },
          {
            who: { kind: 'tier', name: 'premium' },
            keys: [
              { from: { source: 'file', name: '/premium' }, weight: 1, headers: [{ name: 'X-Eight', value: 'eight' }] },
            ],
          },
        ],
        placement: { kind: 'header', name: 'Authorization', scheme: 'bearer' },
        hosts: ['relay.example.com'],
      },
      host: 'api.openai.com',
      basePath: '/openai',
      resolve: 'required',
      requestHeaders: [{ name: 'X-Two', value: 'two' }],
      credentialArguments: ['key'],
      hosted: true,
      healthCheck: {
        probe: { kind: 'completion', path: '/openai/v1/chat/completions', model: 'gpt-4o' },
        interval: 5000,
        timeout: 2000,
        rise: 2,
        fall: 3,
      },
      breaker: { failures: 5, open: 10_000 },
      longestAnswer: 60_000,
    },
  ],
  keyMaps: [
    {
      name: 'apps',
      sameClientsAs: 'others',
      sources: [{ kind: 'bearer' }, { kind: 'header', name: 'x-api-key' }],
      clients: [
        {
          id: 'mobile',
          keys: [
            { hash: '9f86d081884c~1', notBefore: 1_796_083_200, notAfter: 1_801_353_600 },
            { hash: '60303ae22b99~2', notBefore: 1_796_083_200, notAfter: 1_801_353_600 },
          ],
          ...rights(),
        },
      ],
      file: 'more.keys',
    },
  ],
  tokenIssuers: [
    {
      name: 'login',
      sameClientsAs: 'others',
      sources: [{ kind: 'bearer' }, { kind: 'query', name: 'token' }],
      keys: {
        kind: 'url',
        url: { scheme: 'https', host: 'login.example.com', port: 443, path: '/jwks' },
        maxAge: 3_600_000,
        minRefresh: 30_000,
        timeout: 5000,
      },
      algorithms: ['ES256', 'RS256'],
      issuer: 'https://login.example.com',
      audience: ['gateway'],
      leeway: 30_000,
      requireExpiry: true,
      claims: claims(),
    },
  ],
  introspection: [
    {
      name: 'opaque',
      sameClientsAs: 'others',
      sources: [{ kind: 'bearer' }, { kind: 'websocket' }],
      url: { scheme: 'https', host: 'login.example.com', port: 443, path: '/introspect' },
      clientId: 'gateway',
      clientSecret: { source: 'env', name: 'ISSUER_SECRET' },
      authentication: 'basic',
      cache: 60_000,
      timeout: 5000,
      audience: ['gateway'],
      claims: claims(),
    },
  ],
  basicAuth: [
    {
      name: 'staff',
      sameClientsAs: 'others',
      realm: 'Staff',
      file: 'staff.htpasswd',
      users: [{ name: 'ann', hash: '$2y$10$~1' }],
      tier: 'premium',
    },
  ],
  clientCertificates: [
    {
      name: 'devices',
      sameClientsAs: 'others',
      ca: 'devices.pem',
      crl: 'revoked.pem',
      depth: 2,
      clients: [
        { id: 'batch', subject: 'CN=batch', ...rights() },
        { id: 'night', subject: 'CN=night', ...rights() },
      ],
    },
  ],
  vault: {
    address: 'https://vault.example.com:8200',
    auth: { kind: 'approle', roleIdFile: '/role', secretIdFile: '/secret' },
    namespace: 'llm',
    ca: 'vault.pem',
    directory: '/run/openclaw/secrets',
  },
  rateZones: [
    {
      name: 'per_org',
      key: { kind: 'claim', name: 'org' },
      rate: { requests: 60, per: 'minute' },
      burst: 10,
      delay: 5,
      memory: 10_485_760,
      tiers: [
        { name: 'internal', kind: 'limited', rate: { requests: 100, per: 'second' }, burst: 50 },
        { name: 'premium', kind: 'limited', rate: { requests: 10, per: 'second' }, burst: 20 },
      ],
    },
  ],
  models: [
    { name: 'fast', targets: [{ upstream: 'claude', model: 'claude-haiku-4' }] },
    {
      name: 'gpt-*',
      targets: [
        { upstream: 'openai', model: 'gpt-4o' },
        { upstream: 'claude', model: 'claude-sonnet-4' },
      ],
    },
  ],
  routes: [
    route({
      name: 'chat',
      path: { kind: 'prefix', path: '/v1/' },
      destination: {
        kind: 'split',
        sides: [
          { upstream: 'claude', share: 500 },
          { upstream: 'openai', share: 9500 },
        ],
        sticky: { kind: 'header', name: 'X-Session' },
        force: 'X-Side',
      },
    }),
    route({
      name: 'plain',
      path: { kind: 'prefix', path: '/plain/' },
      destination: { kind: 'upstream', upstream: 'openai' },
    }),
    route({ name: 'models', path: { kind: 'prefix', path: '/by-model/' }, destination: { kind: 'by_model' } }),
    route({ name: 'list', path: { kind: 'exact', path: '/list' }, destination: { kind: 'model_list' } }),
  ],
  compression: {
    gzip: { level: 5, minLength: 1000, types: ['text/plain'] },
    brotli: { level: 4, minLength: 1000, types: ['text/plain'] },
  },
  log: { access: 'access.log', error: 'error.log', level: 'warn' },
  process: {
    user: 'nobody',
    group: 'nogroup',
    workers: 2,
    connections: 1024,
    shutdownTimeout: 1000,
    pid: 'nginx.pid',
    temporaryDirectory: 'tmp',
  },
  compose: {
    network: 'llm',
    backends: [{ name: 'vllm', image: 'vllm:1', command: ['--model', 'a'], envFile: 'vllm.env' }],
  },
};
