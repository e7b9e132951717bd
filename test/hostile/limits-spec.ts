import type { PlainValue } from '../../src/source/value-node.ts';

/** Every key of limits by rate. Compiles for debian-12. */
export const limitsSpec = {
  version: 1,
  target: { name: 'debian-12', lua: true, brotli: true },
  server: { limits: ['per_ip', 'whole'] },
  upstreams: { limited: ['10.0.4.1:8000'] },
  key_maps: {
    counted: {
      file: 'keys/counted.keys',
      clients: [
        {
          id: 'counted',
          key: 'sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
          tier: 'gold',
        },
      ],
    },
  },
  jwt: {
    orgs: {
      from: 'header X-Org-Token',
      keys: { file: 'keys/orgs.json' },
      issuer: 'orgs',
      audience: 'gateway',
      tier: 'plan',
    },
  },
  rate_zones: {
    per_ip: { key: 'ip', rate: '10r/s', burst: 20, delay: 5, memory: '16m' },
    whole: { key: 'gateway', rate: '500r/s', delay: true },
    per_client: {
      key: 'client',
      rate: '60r/m',
      tiers: { gold: '600r/m', silver: { rate: '5r/s', burst: 3 }, internal: 'unlimited' },
    },
    per_org: { key: { claim: 'realm.org' }, rate: '100r/s' },
    per_user: { key: { header: 'X-User' }, rate: '5r/s' },
    per_team: { key: { query: 'team' }, rate: '7r/m' },
  },
  routes: [
    {
      name: 'limited',
      path: '/limited/',
      upstream: 'limited',
      auth: ['counted', 'orgs'],
      limits: ['per_client', 'per_org'],
    },
    { name: 'personal', path: '/personal/', upstream: 'limited', auth: 'none', limits: ['per_user', 'per_team'] },
    { name: 'single', path: '/single/', upstream: 'limited', auth: 'none', limits: 'per_user' },
    { name: 'general', path: '/general/', upstream: 'limited', auth: 'none' },
  ],
} as const satisfies PlainValue;
