import { expect, test } from 'vitest';
import type { Gateway } from '../../../src/gateway/common/gateway.ts';
import { resolveGateway } from '../../../src/gateway/resolve-gateway.ts';
import { parseSpec } from '../../../src/language/parse-spec.ts';
import { parseYaml } from '../../../src/source/parse-yaml.ts';

function gatewayOf(sections: string): Gateway {
  const yaml = `version: 1\nupstreams: { llm: [127.0.0.1:8000] }\nroutes: [{ path: /, upstream: llm, auth: none }]\n${sections}`;
  const root = parseYaml(yaml, 'openclaw.yaml', { left: 10_000 }).value;
  if (root?.kind !== 'map') throw new Error('no mapping');
  const spec = parseSpec(root);
  const model = spec.value === undefined ? undefined : resolveGateway(spec.value, root).value;
  if (model === undefined) throw new Error(spec.diagnostics.map(({ message }) => message).join('\n'));
  return model;
}

const hash = `sha256:${'A'.repeat(64)}`;

test('keys are looked for where the SDKs put them, each place once', () => {
  const { keyMaps } = gatewayOf(
    'key_maps: { some: { from: [header X-Key, bearer, header x-key], file: a }, all: { file: b } }',
  );
  expect(keyMaps.map(({ name, sources }) => [name, sources])).toEqual([
    ['all', [{ kind: 'bearer' }, { kind: 'header', name: 'x-api-key' }, { kind: 'header', name: 'api-key' }]],
    ['some', [{ kind: 'header', name: 'X-Key' }, { kind: 'bearer' }]],
  ]);
});

test('arguments that differ in case are two places', () => {
  const { keyMaps } = gatewayOf('key_maps: { apps: { from: [query key, query Key], file: a } }');
  expect(keyMaps[0]?.sources).toEqual([
    { kind: 'query', name: 'key' },
    { kind: 'query', name: 'Key' },
  ]);
});

test('a client has its keys, and its rights with lists in the place of their names', () => {
  const { keyMaps } = gatewayOf(`address_lists: { office: [10.1.0.0/16, 10.0.0.1] }
key_maps:
  apps:
    clients:
      - { id: a, key: "${hash}" }
      - id: b
        key: ["${hash}", { hash: "${hash}", not_after: 1970-01-02 }]
        routes: [z, y, z]
        addresses: [office, 10.0.0.1]
        not_before: 1970-01-03`);
  const rights = { tier: null, routes: [], upstreams: [], models: [], addresses: [], notBefore: null, notAfter: null };
  const key = { hash: 'a'.repeat(64), notBefore: null, notAfter: null };
  expect(keyMaps[0]?.clients).toEqual([
    { ...rights, id: 'a', at: ['key_maps', 'apps', 'clients', 0], keys: [key] },
    {
      ...rights,
      id: 'b',
      at: ['key_maps', 'apps', 'clients', 1],
      keys: [key, { ...key, notAfter: 86_400 }],
      routes: ['y', 'z'],
      addresses: ['10.0.0.1', '10.1.0.0/16'],
      notBefore: 172_800,
    },
  ]);
});

test('tokens are verified strictly unless the spec says otherwise', () => {
  const { tokenIssuers } = gatewayOf(`jwt:
  far: { keys: "https://login.example.com/jwks.json" }
  own: { keys: { secret: env:JWT_SECRET }, require: { scope: [b, a, b], admin: true }, leeway: 5s, require_expiry: false }`);
  const [far, own] = tokenIssuers;
  expect(far).toMatchObject({
    sources: [{ kind: 'bearer' }],
    keys: { kind: 'url', maxAge: 3_600_000, minRefresh: 30_000, timeout: 5000 },
    algorithms: ['ES256', 'RS256'],
    leeway: 30_000,
    requireExpiry: true,
    claims: { client: 'sub', tier: null, require: [] },
  });
  expect(own).toMatchObject({
    algorithms: ['HS256'],
    leeway: 5000,
    requireExpiry: false,
    claims: {
      require: [
        { name: 'admin', values: [] },
        { name: 'scope', values: ['a', 'b'] },
      ],
    },
  });
});

test('introspection, passwords, certificates and Vault have their defaults', () => {
  const { introspection, basicAuth, clientCertificates, vault } = gatewayOf(`introspection:
  tokens: { url: "https://login.example.com/introspect", client_id: gateway, client_secret: env:SECRET }
basic_auth: { staff: { file: staff.htpasswd } }
client_certificates: { jobs: { ca: ca.pem } }
vault: { address: "https://[2001:db8::1]/vault/", auth: { token_file: /etc/token }, directory: /run/keys/ }`);
  expect(introspection[0]).toMatchObject({ authentication: 'basic', cache: 60_000, timeout: 5000, audience: [] });
  expect(basicAuth[0]).toMatchObject({ realm: 'staff', users: [], tier: null });
  expect(clientCertificates[0]).toMatchObject({ crl: null, depth: 2, clients: [] });
  expect(vault).toEqual({
    address: 'https://[2001:db8::1]:443/vault',
    auth: { kind: 'token_file', path: '/etc/token' },
    namespace: null,
    ca: null,
    directory: '/run/keys',
  });
});
