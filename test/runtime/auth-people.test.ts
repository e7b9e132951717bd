import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type Response, request } from '../helpers/http-client.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

/** Password hashes as `openssl passwd` and `htpasswd -B` print them; the password is the name and `-pass`. */
const hashes = {
  ann: '$6$abc$MtSdWSZbhct2oe.SOqOUM2M/GA/uj5.vyVtJgRHgKi9uqXuWuJqOYE7H/YlsYGVg/YYzDV0xt3fEIwYt580.5.',
  bob: '$5$abc$/LKlXd6vuvdFX3oWbf2vGk3DgflzzsvOtMZsiOxqqY5',
  cleo: '$apr1$abcdefgh$5VEbMkemELfbhC5ck.U.z1',
  dora: '$2y$05$abcdefghijklmnopqrstuuHIrMEWpUCQe2YqFR3sXwQ75u4od..9q',
} as const;
const appKey = 'oc-people-app-0123456789abcdef';
const providerKey = 'sk-people-provider-0001';

let upstream: MockModelServer;
let certificates: Certificates;
let revoked: string;
beforeAll(async () => {
  upstream = await startMockModelServer();
  const names = ['ai.test', 'robot', 'sensor', 'stolen', 'stranger', 'expired-robot', 'ROBOT'];
  certificates = await withTemporaryFolder((folder) => makeCertificates(folder, names));
  revoked = await certificates.revoke(['stolen']);
});
afterAll(() => upstream.close());

const fillers = Array.from({ length: 120 }, (_, at) => [`X-F-${at}`, 'x'] as const);
const basic = (user: string, password = 'pw') => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

interface Ask {
  readonly certificate?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
}

const cases = [
  ...nginxReleases.map((release) => ({ release, plain: false })),
  { release: '1.22' as const, plain: true },
  { release: '1.26' as const, plain: true },
];

describe.each(cases)('people and machines on nginx $release, without Lua: $plain', ({ release, plain }) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const leaf = certificates.leaves['ai.test'];
    gateway = await startGateway({
      release,
      ...(plain && { target: 'plain' as const }),
      ports: [port],
      secrets: [appKey],
      env: { PROVIDER: providerKey },
      files: {
        'ssl/ai.crt': leaf?.cert ?? '',
        'ssl/ai.key': leaf?.key ?? '',
        'ssl/clients.pem': certificates.ca.cert,
        'ssl/revoked.pem': revoked,
        'staff.htpasswd': `eve:${hashes.ann}\n`,
      },
      spec: `
version: 1
server:
  names: ai.test
  listen: { https: "127.0.0.1:${port}" }
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key }
basic_auth:
  staff:
    realm: The staff
    users: { ann: "${hashes.ann}", bob: "${hashes.bob}", cleo: "${hashes.cleo}", dora: "${hashes.dora}" }
  filed: { file: staff.htpasswd }
client_certificates:
  machines:
    ca: ssl/clients.pem
    crl: ssl/revoked.pem
    clients:
      - { id: robot-7, subject: "CN=robot" }
      - { id: robot-6, subject: "CN=expired-robot" }
      - { id: sensor-1, subject: "CN=sensor"${plain ? '' : ', routes: [machines]'} }
${plain ? '' : `key_maps:\n  apps: { clients: [{ id: app, key: "${hashOf(appKey)}" }] }`}
upstreams:
  llm: { servers: ["127.0.0.1:${upstream.port}"]${plain ? '' : ', credential: env:PROVIDER'} }
routes:
  - { name: people, path: /people/, upstream: llm, auth: staff }
  - { name: filed, path: /filed/, upstream: llm, auth: filed }
  - { name: machines, path: /machines/, upstream: llm, auth: machines }
  - { name: either, path: /either/, upstream: llm, auth: [machines, staff] }
  - { name: both, path: /both/, upstream: llm, auth: { all: [machines, staff] } }
  - { name: open, path: /open/, upstream: llm, auth: none }
${
  plain
    ? ''
    : `
  - { name: mixed, path: /mixed/, upstream: llm, auth: [apps, staff] }
  - { name: all, path: /all/, upstream: llm, auth: { all: [machines, apps] } }
`
}
`,
    });
  });
  afterAll(() => gateway.stop());

  async function ask(path: string, { certificate, headers }: Ask = {}): Promise<Response> {
    const leaf = certificate === undefined ? undefined : certificates.leaves[certificate];
    return request({
      port: gateway.port,
      path,
      headers: headers ?? {},
      tls: {
        ca: certificates.ca.cert,
        servername: 'ai.test',
        ...(leaf && { cert: leaf.cert, key: leaf.key }),
      },
    });
  }

  test.each(['ann', 'bob', 'cleo', 'dora'])('lets %s in by her or his password, whatever its hash', async (user) => {
    const before = upstream.requests.length;
    const response = await ask('/people/x', { headers: basic(user) });
    expect(response.status).toBe(200);
    const received = upstream.requests[before];
    expect(received?.headers.authorization).toBe(plain ? undefined : `Bearer ${providerKey}`);
    await gateway.logged((line) => line.client_id === user && line.status === 200);
  });

  test.each([
    ['nobody', {}],
    ['a wrong password', basic('ann', 'PW')],
    ['an empty password', basic('ann', '')],
    ['an unknown user', basic('mallory')],
    ['a user in other case', basic('Ann')],
    ['the hash as password', basic('ann', hashes.ann)],
    ['something that is not base64', { Authorization: 'Basic !!!' }],
    ['a name without a password', { Authorization: `Basic ${Buffer.from('ann').toString('base64')}` }],
    ['a bearer', { Authorization: 'Bearer pw' }],
  ])('asks %s for a password, in JSON', async (_name, headers) => {
    const before = upstream.requests.length;
    const response = await ask('/people/x', { headers });
    expect(response.status).toBe(401);
    expect(upstream.requests.length).toBe(before);
    expect(response.headers['www-authenticate']).toContain('Basic realm="The staff"');
    expect(response.json().error.type).toBe('authentication_error');
  });

  test.each<[name: string, headers: readonly (readonly [string, string])[], status: number]>([
    ['the header in capitals', [['AUTHORIZATION', basic('ann').Authorization]], 200],
    ['the scheme in other case', [['Authorization', basic('ann').Authorization.replace('Basic', 'bASIC')]], 200],
    ['the 121st header', [...fillers, ['Authorization', basic('ann').Authorization]], 200],
    ['blanks around it', [['Authorization', `  ${basic('ann').Authorization}  `]], 200],
    ['the password in another header', [['X-Authorization', basic('ann').Authorization]], 401],
    ['the password in Proxy-Authorization', [['Proxy-Authorization', basic('ann').Authorization]], 401],
    ['a password and more', [['Authorization', basic('ann', 'pw ').Authorization]], 401],
    ['a password of 10 kB', [['Authorization', basic('ann', 'p'.repeat(10_000)).Authorization]], 401],
    // crypt(3) and nginx end a password at a NUL.
    ['a NUL behind the password', [['Authorization', basic('ann', 'pw\0x').Authorization]], 200],
    ['a NUL before the password', [['Authorization', basic('ann', '\0pw').Authorization]], 401],
    ['a NUL in the name', [['Authorization', basic('ann\0x').Authorization]], 401],
  ])('%s', async (_name, headers, status) => {
    const before = upstream.requests.length;
    const response = await ask('/people/x', { headers });
    expect(response.status).toBe(status);
    const received = upstream.requests[before];
    expect(JSON.stringify(received?.rawHeaders ?? [])).not.toContain(basic('ann').Authorization.slice(6));
  });

  test('reads a password file of one’s own', async () => {
    expect((await ask('/filed/x', { headers: basic('eve') })).status).toBe(200);
    expect((await ask('/filed/x', { headers: basic('ann') })).status).toBe(401);
    expect((await ask('/people/x', { headers: basic('eve') })).status).toBe(401);
  });

  test('knows machines by their certificates, and only those', async () => {
    expect((await ask('/machines/x', { certificate: 'robot' })).status).toBe(200);
    await gateway.logged((line) => line.client_id === 'robot-7' && line.status === 200);
    for (const certificate of [undefined, 'stranger']) {
      const before = upstream.requests.length;
      const response = await ask('/machines/x', { ...(certificate !== undefined && { certificate }) });
      expect(response.status).toBe(401);
      expect(response.json().error.type).toBe('authentication_error');
      expect(upstream.requests.length).toBe(before);
    }
  });

  test.each(['stolen', 'expired-robot', 'forged'])(
    'a certificate that does not verify opens nothing: %s',
    async (which) => {
      const leaf = which === 'forged' ? await certificates.forge('robot') : certificates.leaves[which];
      for (const path of ['/machines/x', '/open/x']) {
        const before = upstream.requests.length;
        const response = await request({
          port: gateway.port,
          path,
          tls: { ca: certificates.ca.cert, servername: 'ai.test', cert: leaf?.cert ?? '', key: leaf?.key ?? '' },
        });
        expect(response.status).toBe(401);
        expect(response.json().error.code).toBe('invalid_certificate');
        expect(upstream.requests.length).toBe(before);
      }
    },
  );

  test('a subject in other case is another one', async () => {
    const response = await ask('/machines/x', { certificate: 'ROBOT' });
    expect(response.status).toBe(401);
    expect(response.json().error.code).not.toBe('invalid_certificate');
  });

  test('any of two is enough', async () => {
    expect((await ask('/either/x', { certificate: 'robot' })).status).toBe(200);
    expect((await ask('/either/x', { headers: basic('ann') })).status).toBe(200);
    expect((await ask('/either/x', { certificate: 'stranger', headers: basic('ann') })).status).toBe(200);
    const refused = await ask('/either/x', { certificate: 'stranger', headers: basic('ann', 'no') });
    expect(refused.status).toBe(401);
    expect((await ask('/either/x')).headers['www-authenticate']).toContain('Basic realm="The staff"');
  });

  test('both of two are needed', async () => {
    expect((await ask('/both/x', { certificate: 'robot', headers: basic('ann') })).status).toBe(200);
    await gateway.logged((line) => line.route === 'either' && line.client_id === 'robot-7' && line.status === 200);
    await gateway.logged((line) => line.route === 'either' && line.client_id === 'ann' && line.status === 200);
    await gateway.logged((line) => line.route === 'both' && line.client_id === 'robot-7' && line.status === 200);
    expect((await ask('/both/x', { certificate: 'robot' })).status).toBe(401);
    expect((await ask('/both/x', { headers: basic('ann') })).status).toBe(401);
    expect((await ask('/both/x', { certificate: 'stranger', headers: basic('ann') })).status).toBe(401);
    expect((await ask('/both/x')).status).toBe(401);
  });

  test('who needs nothing is not asked, whatever the others need', async () => {
    expect((await ask('/open/x')).status).toBe(200);
    expect((await ask('/open/x', { certificate: 'stranger', headers: basic('mallory') })).status).toBe(200);
  });

  if (plain) return;

  test('a machine that may call some routes gets 403 from others', async () => {
    expect((await ask('/machines/x', { certificate: 'sensor' })).status).toBe(200);
    expect((await ask('/either/x', { certificate: 'sensor' })).status).toBe(403);
    expect((await ask('/either/x', { certificate: 'sensor', headers: basic('ann') })).status).toBe(200);
  });

  test('a key or a password: both open the door, a wrong one of either does not', async () => {
    const statusOf = async (headers: Readonly<Record<string, string>>) => (await ask('/mixed/x', { headers })).status;
    expect(await statusOf({ 'x-api-key': appKey })).toBe(200);
    expect(await statusOf({ Authorization: `Bearer ${appKey}` })).toBe(200);
    expect(await statusOf(basic('ann'))).toBe(200);
    expect(await statusOf({ ...basic('ann'), 'x-api-key': 'oc-wrong' })).toBe(200);
    expect(await statusOf({ ...basic('ann', 'wrong'), 'x-api-key': appKey })).toBe(200);
    expect(await statusOf({ ...basic('ann', 'wrong'), 'x-api-key': 'oc-wrong' })).toBe(401);
    expect(await statusOf(basic('ann', 'wrong'))).toBe(401);
    expect(await statusOf({ Authorization: 'Bearer oc-wrong' })).toBe(401);
    const { headers } = await ask('/mixed/x');
    expect(headers['www-authenticate']).toContain('Bearer');
    expect(headers['www-authenticate']).toContain('Basic realm="The staff"');
  });

  test('a certificate and a key', async () => {
    const key = { 'x-api-key': appKey };
    expect((await ask('/all/x', { certificate: 'robot', headers: key })).status).toBe(200);
    expect((await ask('/all/x', { certificate: 'robot' })).status).toBe(401);
    expect((await ask('/all/x', { headers: key })).status).toBe(401);
    expect((await ask('/all/x', { certificate: 'sensor', headers: key })).status).toBe(403);
    expect((await ask('/all/x', { certificate: 'robot', headers: { 'x-api-key': 'oc-wrong' } })).status).toBe(401);
  });
});
