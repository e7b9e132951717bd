import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

let certificates: Certificates;
let upstream: MockModelServer;
let plain: MockModelServer;
beforeAll(async () => {
  certificates = await withTemporaryFolder((folder) =>
    makeCertificates(folder, ['llm.test', 'other.test', '*.wild.test']),
  );
  const tls = certificates.leaves['llm.test'];
  if (tls === undefined) throw new Error('no certificate');
  upstream = await startMockModelServer({ tls });
  plain = await startMockModelServer();
});
afterAll(() => Promise.all([upstream.close(), plain.close()]));

describe.each(nginxReleases)('nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const pool = (tls: string, more = '') => `{ servers: ["127.0.0.1:${upstream.port}"], tls: ${tls}${more} }`;
    gateway = await startGateway({
      release,
      ports: [port],
      hosts: { 'llm.test': '127.0.0.1', 'other.test': '127.0.0.1' },
      files: {
        'ssl/ca.crt': certificates.ca.cert,
        'ssl/stranger.crt': certificates.leaves['other.test']?.cert ?? '',
      },
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  right: ${pool('{ name: llm.test, ca: ssl/ca.crt }')}
  resolved: { servers: ["https://llm.test:${upstream.port}"], tls: { ca: ssl/ca.crt }, resolve: false }
  asked: ${pool('{ name: llm.test, ca: ssl/ca.crt }', ', host: client')}
  misnamed: ${pool('{ name: other.test, ca: ssl/ca.crt }')}
  elsewhere: { servers: ["https://other.test:${upstream.port}"], tls: { ca: ssl/ca.crt }, resolve: false }
  unknown: ${pool('{ name: llm.test }')}
  stranger: ${pool('{ name: llm.test, ca: ssl/stranger.crt }')}
  unverified: ${pool('{ name: other.test, verify: false }')}
  nameless: ${pool('{ verify: false }')}
  plain: { servers: ["127.0.0.1:${plain.port}"], tls: { name: llm.test, ca: ssl/ca.crt } }
  mistaken: ["127.0.0.1:${upstream.port}"]
routes:
${[
  'right',
  'resolved',
  'asked',
  'misnamed',
  'elsewhere',
  'unknown',
  'stranger',
  'unverified',
  'nameless',
  'plain',
  'mistaken',
]
  .map((name) => `  - { path: /${name}/, upstream: ${name}, auth: none }`)
  .join('\n')}
`,
    });
  });
  afterAll(() => gateway?.stop());

  test.each<[path: string, sni: string | undefined, host: string]>([
    ['/right/', 'llm.test', 'llm.test:<port>'],
    ['/resolved/', 'llm.test', 'llm.test:<port>'],
    ['/asked/', 'llm.test', 'ai.test'],
    ['/unverified/', 'other.test', 'other.test:<port>'],
    ['/nameless/', undefined, '127.0.0.1:<port>'],
  ])('%s is answered, over TLS for %s', async (path, sni, host) => {
    const { response, received } = await exchange(gateway, upstream, { path, headers: { Host: 'ai.test' } });
    expect(response.status).toBe(200);
    expect(received?.sni).toBe(sni);
    expect(received?.tlsProtocol).toBe('TLSv1.3');
    expect(received?.headers.host).toBe(host.replace('<port>', String(upstream.port)));
  });

  test.each(['/misnamed/', '/elsewhere/', '/unknown/', '/stranger/', '/plain/'])(
    '%s is not trusted: 502',
    async (path) => {
      const { response, received } = await exchange(gateway, upstream, { path, json: { secret: 1 } });
      expect(received).toBeUndefined();
      expect(response.status).toBe(502);
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.json().error).toMatchObject({ type: 'server_error', code: 'bad_gateway' });
      expect(plain.requests).toEqual([]);
    },
  );

  test('the failure is explained in the error log', async () => {
    await gateway.send({ path: '/misnamed/' });
    await expect.poll(() => gateway.errorLog()).toMatch(/upstream SSL certificate does not match "other\.test"/);
    await gateway.send({ path: '/unknown/' });
    await expect.poll(() => gateway.errorLog()).toMatch(/upstream SSL certificate verify error/);
  });

  test('a TLS server that is spoken to in clear text is no success', async () => {
    const { response, received } = await exchange(gateway, upstream, { path: '/mistaken/' });
    expect(received).toBeUndefined();
    expect(response.status).toBeGreaterThanOrEqual(400);
  });
});
