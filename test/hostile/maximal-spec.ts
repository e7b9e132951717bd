import type { PlainValue } from '../../src/source/value-node.ts';

const hashes = [
  'sha256:1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014',
  'sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
  'sha256:fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13',
  'sha256:A4E624D686E03ED2767C0ABD85C14426B0B1157D2CE81D27BB4FE4F6F01D688A',
] as const;

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
    allow: ['10.0.0.0/8', 'office', '2001:db8::/32'],
    deny: ['10.9.0.0/16', 'blocked'],
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
    mistral: {
      provider: 'mistral',
      credential: {
        from: ['vault:secret/data/mistral#api_key', { from: 'env:MISTRAL_KEY', weight: 3 }],
        for: [
          { client: 'mobile', from: 'env:MISTRAL_MOBILE_KEY' },
          { tier: 'premium', from: ['env:MISTRAL_PREMIUM_KEY', { from: 'file:/run/secrets/premium', weight: 2 }] },
          { route: 'keyed', from: { from: 'env:MISTRAL_ROUTE_KEY', weight: 1 } },
        ],
      },
    },
    groq: { provider: 'groq', credential: ['env:GROQ_KEY', { from: 'env:GROQ_OTHER_KEY', weight: 5 }] },
    cohere: { provider: 'cohere', credential: { from: 'env:COHERE_KEY', weight: 7 } },
    anthropic: { provider: 'anthropic', credential: { from: { from: 'env:CLAUDE_KEY', weight: 9 } } },
    short: [
      { address: '10.0.3.1:8000', weight: 2, max_conns: 10, max_fails: 2, fail_timeout: '5s' },
      { address: '10.0.3.2:8000', down: true },
      { address: '10.0.3.3:8000', backup: true },
      'unix:/run/model.sock',
    ],
  },
  address_lists: { office: ['10.1.0.0/16', '::1'], blocked: '192.0.2.0/24\n# seen on Monday\n198.51.100.7' },
  key_maps: {
    apps: {
      from: ['bearer', 'x-api-key', 'header X-Client-Key', 'websocket', 'query key'],
      clients: [
        {
          id: 'mobile',
          key: hashes[0],
          tier: 'premium',
          routes: ['keyed', 'both'],
          upstreams: 'mistral',
          models: ['mistral-*', 'codestral'],
          addresses: ['10.2.0.0/16', 'office'],
          not_before: '2026-12-01',
          not_after: '2027-12-01T12:30:00Z',
        },
        { id: 'web', key: { hash: hashes[1], not_before: '2026-11-01', not_after: '2027-01-31' } },
        { id: 'batch', key: [hashes[2], { hash: hashes[3], not_before: '2026-10-01', not_after: '2027-02-28' }] },
      ],
    },
    partners: { from: 'api-key', file: 'keys/partners.keys' },
  },
  jwt: {
    sso: {
      from: 'header X-Token',
      keys: { url: 'https://10.0.4.1/jwks.json', max_age: '2h', min_refresh: '45s', timeout: '3s' },
      algorithms: ['RS256', 'ES256'],
      issuer: 'https://login.example.com',
      audience: ['gateway', 'chat'],
      leeway: '10s',
      require_expiry: false,
      client: 'azp',
      tier: 'plan',
      require: { scope: 'chat', 'realm_access.roles': ['staff', 'guest'], email: true },
    },
    short: { keys: 'https://login.example.com/jwks.json?v=1', issuer: 'short', audience: 'gateway' },
    filed: { keys: { file: 'keys/jwks.json' }, issuer: 'filed', audience: 'gateway' },
    pinned: {
      keys: {
        public_key:
          '-----BEGIN PUBLIC KEY-----MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=-----END PUBLIC KEY-----',
      },
      algorithms: 'EdDSA',
      issuer: 'pinned',
      audience: 'gateway',
    },
    shared: { keys: { secret: 'env:JWT_SECRET' } },
  },
  introspection: {
    tokens: {
      from: ['bearer', 'header X-Opaque-Token'],
      url: 'https://login.example.com:8443/introspect?realm=a',
      client_id: 'gateway',
      client_secret: 'file:/run/secrets/introspection',
      authentication: 'post',
      cache: '20s',
      timeout: '4s',
      audience: 'gateway',
      client: 'client_id',
      tier: 'plan',
      require: { scope: ['chat', 'models'], active_user: true },
    },
  },
  basic_auth: {
    staff: { file: 'keys/staff.htpasswd', realm: 'Staff only', tier: 'internal' },
    ops: { users: { alice: '$2y$05$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' } },
  },
  client_certificates: {
    jobs: {
      ca: 'ssl/clients.pem',
      crl: 'ssl/clients.crl',
      depth: 3,
      clients: [
        {
          id: 'nightly',
          subject: 'CN=nightly,O=Example',
          tier: 'internal',
          routes: 'both',
          upstreams: ['mistral'],
          models: 'mistral-*',
          addresses: '10.3.0.0/16',
          not_before: '2026-12-02',
          not_after: '2027-12-02',
        },
      ],
    },
  },
  vault: {
    address: 'https://vault.example.com:8200',
    auth: { approle: { role_id_file: '/etc/openclaw/role-id', secret_id_file: '/etc/openclaw/secret-id' } },
    namespace: 'team/models',
    ca: '/etc/openclaw/vault.pem',
    directory: '/run/openclaw/keys',
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
    {
      name: 'keyed',
      path: '/mistral/',
      upstream: 'mistral',
      auth: { any: ['apps', 'sso', 'staff'] },
      allow: ['10.0.0.0/9', 'office'],
      deny: 'blocked',
      api: 'anthropic',
    },
    { name: 'both', path: '/both/', upstream: 'mistral', auth: { all: ['jobs', 'apps'] }, allow: '10.0.0.0/8' },
    { path: '/groq/', upstream: 'groq', auth: ['partners', 'short', 'ops'] },
    { path: '/cohere/', upstream: 'cohere', auth: 'tokens' },
    { path: '/anthropic/', upstream: 'anthropic', auth: ['filed', 'pinned', 'shared'] },
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

/** The same with each of the other ways to sign in to Vault, of which a spec has one. */
export const vaultSpecs: readonly PlainValue[] = [
  { ...maximalSpec, vault: { ...maximalSpec.vault, auth: { kubernetes: { role: 'gateway' } } } },
  { ...maximalSpec, vault: { ...maximalSpec.vault, auth: { token_file: '/etc/openclaw/vault-token' } } },
];

/** Keys that no such spec can have: `include` names files, and is no part of the merged spec. */
export const absentKeys: readonly string[] = ['include'];
