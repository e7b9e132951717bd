import { expect, test } from 'vitest';
import { placesOf } from '../findings.ts';

const hashes = ['1b4f', '6030', 'fd61', 'a4e6'].map((start) => `sha256:${start.padEnd(64, '0')}`);
const [a, b] = hashes;

interface Parts {
  readonly server?: string;
  readonly resolver?: string;
  readonly upstream?: string;
  readonly auth?: string;
  readonly route?: string;
  readonly sections?: string;
}

/** A spec in which nothing is to be found, but for what the parts bring. */
function specWith(parts: Parts): string {
  return [
    'version: 1',
    `server: ${parts.server ?? '{ listen: { http: 127.0.0.1:8080 } }'}`,
    ...(parts.resolver === undefined ? [] : [`resolver: ${parts.resolver}`]),
    `upstreams: { llm: ${parts.upstream ?? '[127.0.0.1:8000]'} }`,
    ...(parts.sections === undefined ? [] : [parts.sections]),
    `routes: [{ name: chat, path: /, upstream: llm, auth: ${parts.auth ?? 'none'}${parts.route ?? ''} }]`,
  ].join('\n');
}

const tls = 'tls: { certificate: a.crt, certificate_key: a.key }';
const staff = 'basic_auth: { staff: { file: staff.htpasswd } }';
const jobs = 'client_certificates: { jobs: { ca: ca.pem } }';
const apps = 'key_maps: { apps: { file: apps.keys } }';
const sso = 'jwt: { sso: { keys: { secret: env:JWT_SECRET } } }';

function credentialFor(rule: string): string {
  return `{ servers: [127.0.0.1:8000], credential: { from: env:KEY, for: [{ ${rule}, from: env:OTHER_KEY }] } }`;
}

test.each<[string, Parts]>([
  ['passwords on 127.0.0.1', { sections: staff, auth: 'staff' }],
  ['passwords on ::1', { sections: staff, auth: 'staff', server: '{ listen: { http: "[::1]:8080" } }' }],
  ['passwords behind a proxy', { sections: staff, auth: 'staff', server: '{ trusted_proxies: [10.0.0.0/8] }' }],
  ['passwords where plain HTTP redirects', { sections: staff, auth: 'staff', server: `{ ${tls} }` }],
  [
    'passwords where only this machine is served without TLS',
    { sections: staff, auth: 'staff', server: `{ ${tls}, redirect: false, listen: { http: 127.0.0.1:80 } }` },
  ],
  ['certificates where plain HTTP redirects', { sections: jobs, auth: 'jobs', server: `{ ${tls} }` }],
  [
    'two keys of a client that overlap',
    {
      auth: 'apps',
      sections: `key_maps: { apps: { clients: [{ id: a, key: [{ hash: '${a}', not_after: 2027-02-01 }, { hash: '${b}', not_before: 2027-01-01 }] }] } }`,
    },
  ],
  [
    'a client of one name in two maps',
    {
      auth: '[apps, more]',
      sections: `key_maps: { apps: { clients: [{ id: a, key: '${a}' }] }, more: { clients: [{ id: a, key: '${b}' }] } }`,
    },
  ],
  [
    'a rule for a client that a key file may have',
    { auth: 'apps', sections: apps, upstream: credentialFor('client: a') },
  ],
  ['a rule for a tier that a key file may have', { auth: 'apps', sections: apps, upstream: credentialFor('tier: a') }],
  ['a rule for a client that a token may name', { auth: 'sso', sections: sso, upstream: credentialFor('client: a') }],
  [
    'a rule for a user with a password',
    {
      auth: 'staff',
      sections:
        'basic_auth: { staff: { users: { alice: $2y$05$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy } } }',
      upstream: credentialFor('client: alice'),
    },
  ],
  [
    'a rule for the tier of a certificate',
    {
      auth: 'jobs',
      server: `{ ${tls} }`,
      sections: 'client_certificates: { jobs: { ca: ca.pem, clients: [{ id: a, subject: CN=a, tier: gold }] } }',
      upstream: credentialFor('tier: gold'),
    },
  ],
  ['a rule for a route', { upstream: credentialFor('route: chat') }],
  [
    'an issuer in the private network without TLS',
    {
      auth: 'sso',
      resolver: '127.0.0.11',
      sections: 'jwt: { sso: { keys: { url: "http://keycloak:8080/jwks" }, issuer: a, audience: b } }',
    },
  ],
  [
    'an issuer by address without a resolver',
    { auth: 'sso', sections: 'jwt: { sso: { keys: { url: "http://10.0.0.7/" }, issuer: a, audience: b } }' },
  ],
  [
    'two ways that read places of their own',
    { auth: '{ all: [apps, sso] }', sections: `key_maps: { apps: { from: x-api-key, file: a } }\n${sso}` },
  ],
  [
    'a key beside a token, where the key is looked for elsewhere first',
    { auth: '{ all: [apps, sso] }', sections: `key_maps: { apps: { from: [x-api-key, bearer], file: a } }\n${sso}` },
  ],
  ['any of two ways that read one place', { auth: '[apps, sso]', sections: `${apps}\n${sso}` }],
  ['a password beside a key in a header of its own', { auth: '{ all: [staff, apps] }', sections: `${staff}\n${apps}` }],
  ['a certificate beside a token', { auth: '{ all: [jobs, sso] }', sections: `${jobs}\n${sso}`, server: `{ ${tls} }` }],
  ['an allowed range of which a part is denied', { route: ', allow: 10.0.0.0/8, deny: 10.0.0.0/9' }],
  ['everybody denied', { route: ', deny: [0.0.0.0/0, "::/0"]' }],
  [
    'a Vault on this machine without TLS',
    {
      upstream: '{ servers: [127.0.0.1:8000], credential: "vault:secret/llm#key" }',
      sections: 'vault: { address: "http://127.0.0.1:8200", auth: { token_file: /etc/token } }',
    },
  ],
  [
    'a Vault on this machine by IPv6',
    {
      upstream: '{ servers: [127.0.0.1:8000], credential: "vault:secret/llm#key" }',
      sections: 'vault: { address: "http://[::1]:8200", auth: { token_file: /etc/token } }',
    },
  ],
])('nothing is said about %s', (_name, parts) => {
  expect(placesOf(specWith(parts))).toEqual([]);
});

test.each<[string, Parts, readonly string[]]>([
  ['a misspelt way is not unused too', { auth: 'aps', sections: apps }, ['OC3018 routes.0.auth']],
  [
    'a key map without clients is told once',
    { auth: 'apps', sections: 'key_maps: { apps: {} }' },
    ['OC3015 key_maps.apps'],
  ],
  [
    'an unused way is told, its clients that can call nothing are not',
    { sections: `key_maps: { apps: { clients: [{ id: a, key: '${a}', routes: chat }] } }` },
    ['OC3012 key_maps.apps'],
  ],
  ['unused passwords are not told to be readable', { sections: staff, server: '{}' }, ['OC3012 basic_auth.staff']],
  [
    'of two unused authorities none is one too many',
    { sections: 'client_certificates: { jobs: { ca: a }, more: { ca: b } }', server: `{ ${tls} }` },
    ['OC3012 client_certificates.jobs', 'OC3012 client_certificates.more'],
  ],
  [
    'certificates without TLS are not told to be served without it',
    { sections: jobs, auth: 'jobs', server: '{}' },
    ['OC3015 client_certificates.jobs'],
  ],
  [
    'a client that can never call says nothing about its keys',
    {
      auth: 'apps',
      sections: `key_maps: { apps: { clients: [{ id: a, key: { hash: '${a}', not_before: 2028-01-01 }, not_before: 2027-01-02, not_after: 2027-01-01 }] } }`,
    },
    ['OC3008 key_maps.apps.clients.0.not_after'],
  ],
  [
    'a key behind one that belongs to nobody is not taken for that one',
    {
      upstream:
        '{ servers: [127.0.0.1:8000], credential: { for: [{ from: env:KEY }, { route: chat, from: env:GROQ_API_KEY }] } }',
    },
    ['OC3008 upstreams.llm.credential.for.0', 'OC3005 upstreams.llm.credential.for.from'],
  ],
  [
    'a client with a misspelt route is not told that it can call nothing',
    {
      auth: 'apps',
      sections: `key_maps: { apps: { clients: [{ id: a, key: '${a}', routes: chta }] } }`,
    },
    ['OC3019 key_maps.apps.clients.0.routes'],
  ],
  [
    'keys that belong to nobody say nothing else',
    { upstream: '{ servers: [127.0.0.1:8000], credential: { for: [{ from: env:KEY }] } }' },
    ['OC3008 upstreams.llm.credential.for.0'],
  ],
  [
    'a Vault elsewhere by IPv6 and without TLS',
    {
      upstream: '{ servers: [127.0.0.1:8000], credential: "vault:secret/llm#key" }',
      sections: 'vault: { address: "http://[2001:db8::1]:8200", auth: { token_file: /etc/token } }',
    },
    ['OC3005 vault.address'],
  ],
  [
    'a reference to Vault in each place',
    {
      auth: '[sso, tokens]',
      upstream:
        '{ servers: [127.0.0.1:8000], credential: { for: [{ route: chat, from: ["env:A", { from: "vault:a#b" }] }] } }',
      sections:
        'jwt: { sso: { keys: { secret: "vault:a#c" } } }\nintrospection: { tokens: { url: "http://127.0.0.1/", client_id: a, client_secret: "vault:a#d" } }',
    },
    ['OC3015 upstreams.llm.credential.for.0.from.1.from'],
  ],
])('%s', (_name, parts, want) => {
  expect(placesOf(specWith(parts))).toEqual(want);
});

test.each<[string, string]>([
  ['env:GROQ_API_KEY', 'credential'],
  ['[env:A, env:GROQ_API_KEY]', 'credential.1'],
  ['[env:A, { from: env:GROQ_API_KEY }]', 'credential.1.from'],
  ['{ from: env:GROQ_API_KEY, weight: 2 }', 'credential.from'],
  ['{ from: env:GROQ_API_KEY, header: X-Key }', 'credential.from'],
  ['{ from: [env:A, env:GROQ_API_KEY] }', 'credential.from.1'],
  ['{ from: { from: env:GROQ_API_KEY } }', 'credential.from.from'],
  ['{ from: [env:A, { from: env:GROQ_API_KEY }] }', 'credential.from.1.from'],
  ['{ for: [{ route: chat, from: env:GROQ_API_KEY }] }', 'credential.for.0.from'],
  ['{ for: [{ route: chat, from: [env:A, env:GROQ_API_KEY] }] }', 'credential.for.0.from.1'],
  ['{ for: [{ route: chat, from: { from: env:GROQ_API_KEY } }] }', 'credential.for.0.from.from'],
  ['{ from: env:A, for: [{ route: chat, from: [{ from: env:GROQ_API_KEY }] }] }', 'credential.for.0.from.0.from'],
])("another provider's key in %s is found where it stands", (credential, place) => {
  const upstream = `{ servers: [127.0.0.1:8000], credential: ${credential} }`;
  expect(placesOf(specWith({ upstream }))).toEqual([`OC3005 upstreams.llm.${place}`]);
});
