import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { request } from '../helpers/http-client.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

const password = '$6$abc$MtSdWSZbhct2oe.SOqOUM2M/GA/uj5.vyVtJgRHgKi9uqXuWuJqOYE7H/YlsYGVg/YYzDV0xt3fEIwYt580.5.';

let upstream: MockModelServer;
let certificates: Certificates;
beforeAll(async () => {
  upstream = await startMockModelServer();
  certificates = await withTemporaryFolder((folder) =>
    makeCertificates(folder, ['ai.test', 'robot', 'sensor', 'drone', 'ann', 'golden']),
  );
});
afterAll(() => upstream.close());

const cases = [
  ...nginxReleases.map((release) => ({ release, plain: false })),
  { release: '1.22' as const, plain: true },
  { release: '1.26' as const, plain: true },
];

describe.each(cases)('limits by certificate on nginx $release, without Lua: $plain', ({ release, plain }) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const leaf = certificates.leaves['ai.test'];
    gateway = await startGateway({
      release,
      ...(plain && { target: 'plain' as const }),
      ports: [port],
      files: {
        'ssl/ai.crt': leaf?.cert ?? '',
        'ssl/ai.key': leaf?.key ?? '',
        'ssl/clients.pem': certificates.ca.cert,
      },
      spec: `
version: 1
server:
  names: ai.test
  listen: { https: "127.0.0.1:${port}" }
  tls: { certificate: ssl/ai.crt, certificate_key: ssl/ai.key }
  trusted_proxies: [127.0.0.0/8]
rate_zones:
  per_client: { key: client, rate: 1r/m, burst: 1${plain ? '' : ', tiers: { gold: { rate: 1r/m, burst: 3 } }'} }
  by_tier: { key: ip, rate: 1r/m, burst: 1, tiers: { staff: { rate: 1r/m, burst: 3 } } }
basic_auth:
  staff: { users: { ann: "${password}" }, tier: staff }
  people: { users: { ann: "${password}" } }
client_certificates:
  machines:
    ca: ssl/clients.pem
    clients:
${['robot', 'sensor', 'drone', 'ann'].map((name) => `      - { id: ${name}, subject: "CN=${name}" }`).join('\n')}
      - { id: golden, subject: "CN=golden"${plain ? '' : ', tier: gold'} }
upstreams:
  llm: ["127.0.0.1:${upstream.port}"]
routes:
  - { name: machines, path: /machines/, upstream: llm, auth: machines, limits: per_client }
  - { name: either, path: /either/, upstream: llm, auth: [machines, people], limits: per_client }
  - { name: both, path: /both/, upstream: llm, auth: { all: [people, machines] }, limits: per_client }
  - { name: people, path: /people/, upstream: llm, auth: staff, limits: by_tier }
`,
    });
  });
  afterAll(() => gateway?.stop());

  let addresses = 0;
  async function statuses(
    count: number,
    path: string,
    options: { certificate?: string; password?: string; address?: string } = {},
  ): Promise<readonly number[]> {
    const leaf = certificates.leaves[options.certificate ?? ''];
    const found: number[] = [];
    for (let index = 0; index < count; index++) {
      const response = await request({
        port: gateway.port,
        path,
        headers: {
          'X-Forwarded-For': options.address ?? `198.51.100.${++addresses}`,
          ...(options.password !== undefined && {
            Authorization: `Basic ${Buffer.from(`ann:${options.password}`).toString('base64')}`,
          }),
        },
        tls: { ca: certificates.ca.cert, servername: 'ai.test', ...(leaf && { cert: leaf.cert, key: leaf.key }) },
      });
      found.push(response.status);
    }
    return found;
  }

  test('each certificate has a count of its own, on all routes together', async () => {
    expect(await statuses(1, '/machines/', { certificate: 'robot' })).toEqual([200]);
    expect(await statuses(2, '/either/', { certificate: 'robot' })).toEqual([200, 429]);
    expect(await statuses(1, '/both/', { certificate: 'robot', password: 'pw' })).toEqual([429]);
    expect(await statuses(2, '/machines/', { certificate: 'sensor' })).toEqual([200, 200]);
    expect(await statuses(3, '/machines/')).toEqual([401, 401, 401]);
  });

  test('who has a password instead is counted by address', async () => {
    const address = '203.0.113.7';
    expect(await statuses(3, '/either/', { password: 'pw', address })).toEqual([200, 200, 429]);
    expect(await statuses(1, '/either/', { password: 'pw' })).toEqual([200]);
    expect(await statuses(2, '/either/', { certificate: 'ann', address })).toEqual([200, 200]);
  });

  test('both together count for the certificate', async () => {
    expect(await statuses(3, '/both/', { certificate: 'drone', password: 'pw' })).toEqual([200, 200, 429]);
  });

  test('a tier counts: that of a certificate where there is Lua, that of all who have passwords anywhere', async () => {
    const passed = plain ? [200, 200, 429, 429, 429] : [200, 200, 200, 200, 429];
    expect(await statuses(5, '/machines/', { certificate: 'golden' })).toEqual(passed);
    const address = '203.0.113.8';
    expect(await statuses(5, '/people/', { password: 'pw', address })).toEqual([200, 200, 200, 200, 429]);
  });
});
