import type { PlainValue } from '../../src/source/value-node.ts';

const hashes = [
  'sha256:1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014',
  'sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
  'sha256:fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13',
  'sha256:A4E624D686E03ED2767C0ABD85C14426B0B1157D2CE81D27BB4FE4F6F01D688A',
] as const;

/** Every key that says who may call, and with whose key. Compiles for debian-12. */
export const accessSpec = {
  version: 1,
  target: { name: 'debian-12', lua: true, brotli: true },
  server: {
    tls: { certificate: 'ssl/ai.crt', certificate_key: 'ssl/ai.key' },
    allow: ['10.0.0.0/8', 'office', '2001:db8::/32'],
    deny: ['10.9.0.0/16', 'blocked'],
  },
  resolver: '127.0.0.11',
  upstreams: {
    mistral: {
      provider: 'mistral',
      credential: {
        headers: { 'X-Mistral-Team': 'search' },
        from: [
          'vault:secret/data/mistral#api_key',
          { from: 'env:MISTRAL_KEY', weight: 3, headers: { 'X-Mistral-Account': 'one' } },
        ],
        for: [
          { client: 'mobile', from: 'env:MISTRAL_MOBILE_KEY', headers: { 'X-Mistral-Project': 'mobile' } },
          {
            tier: 'premium',
            from: [
              'env:MISTRAL_PREMIUM_KEY',
              { from: 'file:/run/secrets/premium', weight: 2, headers: { 'X-Mistral-Tier': 't' } },
            ],
          },
          { route: 'keyed', from: { from: 'env:MISTRAL_ROUTE_KEY', weight: 1, headers: { 'X-Mistral-Route': 'r' } } },
        ],
      },
    },
    groq: {
      provider: 'groq',
      credential: ['env:GROQ_KEY', { from: 'env:GROQ_OTHER_KEY', weight: 5, headers: { 'X-Groq-Account': 'other' } }],
    },
    cohere: { provider: 'cohere', credential: { from: 'env:COHERE_KEY', weight: 7 } },
    anthropic: {
      provider: 'anthropic',
      credential: { from: { from: 'env:CLAUDE_KEY', weight: 9, headers: { 'Anthropic-Workspace-Id': 'w1' } } },
    },
  },
  address_lists: { office: ['10.1.0.0/16', '::1'], blocked: '192.0.2.0/24 # seen on Monday' },
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
          not_before: '2097-12-01',
          not_after: '2098-12-01T12:30:00Z',
        },
        { id: 'web', key: { hash: hashes[1], not_before: '2097-11-01', not_after: '2098-01-31' } },
        { id: 'batch', key: [hashes[2], { hash: hashes[3], not_before: '2097-10-01', not_after: '2098-02-28' }] },
      ],
    },
    partners: { from: 'api-key', file: 'keys/partners.keys', same_clients_as: 'apps' },
  },
  jwt: {
    sso: {
      from: 'header X-Token',
      keys: { url: 'https://login.example.org/jwks.json', max_age: '2h', min_refresh: '45s', timeout: '3s' },
      algorithms: ['RS256', 'ES256'],
      issuer: 'https://login.example.com',
      audience: ['gateway', 'chat'],
      leeway: '10s',
      require_expiry: false,
      client: 'azp',
      tier: 'plan',
      require: { scope: 'chat', 'realm_access.roles': ['staff', 'guest'], email: true },
    },
    short: {
      keys: 'https://login.example.com/jwks.json?v=1',
      issuer: 'short',
      audience: 'gateway',
      same_clients_as: 'sso',
    },
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
      same_clients_as: 'sso',
    },
  },
  basic_auth: {
    staff: { file: 'keys/staff.htpasswd', realm: 'Staff only', tier: 'internal', same_clients_as: 'ops' },
    ops: { users: { alice: '$2y$05$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' } },
  },
  client_certificates: {
    jobs: {
      ca: 'ssl/clients.pem',
      crl: 'ssl/clients.crl',
      depth: 3,
      same_clients_as: 'apps',
      clients: [
        {
          id: 'nightly',
          subject: 'CN=nightly,O=Example',
          tier: 'internal',
          routes: 'both',
          upstreams: ['mistral'],
          models: 'mistral-*',
          addresses: '10.3.0.0/16',
          not_before: '2097-12-02',
          not_after: '2098-12-02',
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
} as const satisfies PlainValue;

/** The same with each of the other ways to sign in to Vault, of which a spec has one. */
export const vaultSpecs: readonly PlainValue[] = [
  { ...accessSpec, vault: { ...accessSpec.vault, auth: { kubernetes: { role: 'gateway' } } } },
  { ...accessSpec, vault: { ...accessSpec.vault, auth: { token_file: '/etc/openclaw/vault-token' } } },
];
