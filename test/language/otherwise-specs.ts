import type { PlainValue } from '../../src/source/value-node.ts';

/** What the other specs say as it is by default anyway, said otherwise. */
export const otherwiseSpecs: readonly PlainValue[] = [
  {
    version: 1,
    target: { name: 'nginx-1.28.0', lua: true, brotli: true },
    server: {
      listen: { https: 8443, http2: false },
      tls: { certificate: 'ssl/ai.crt', certificate_key: 'ssl/ai.key', profile: 'modern' },
      keepalive: { timeout: '30s' },
    },
    upstreams: {
      own: {
        servers: ['https://10.0.0.1:8443'],
        tls: { name: 'models.example.net', verify: false },
        credential: { from: 'file:/run/secrets/models', header: 'X-Model-Key', hosts: ['10.0.0.1'] },
      },
    },
    routes: [{ path: '/', auth: 'none', upstream: 'own' }],
    compression: { brotli: { level: 3 } },
  },
  // Nothing here needs Lua, which looks for headers that come twice where it is.
  {
    version: 1,
    'x-note': 'the language takes such keys, for anchors, and does nothing with them',
    target: { name: 'nginx-1.28.0', lua: true },
    upstreams: { own: ['10.0.0.1:8000'] },
    routes: [{ path: '/', match: { header: { 'X-Tier': 'gold' } }, auth: 'none', upstream: 'own' }],
  },
];
