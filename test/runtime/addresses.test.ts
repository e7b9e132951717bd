import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates } from '../helpers/certificates.ts';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import { request } from '../helpers/http-client.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

const key = 'oc-addresses-0123456789abcdef01';

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const cases = [
  ...nginxReleases.map((release) => ({ release, plain: false })),
  { release: '1.26' as const, plain: true },
];

describe.each(cases)('addresses on nginx $release, without Lua: $plain', ({ release, plain }) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await startGateway({
      release,
      ...(plain && { target: 'plain' as const }),
      ports: [port],
      secrets: [key],
      spec: `
version: 1
server:
  listen: { http: ["127.0.0.1:${port}", "[::1]:${port}"] }
  trusted_proxies: [127.0.0.0/8, "::1"]
  deny: [blocked, 2001:db8:bad::/48]
address_lists:
  office: [10.0.0.0/8, 2001:db8::/32]
  blocked: |
    # from the last incident
    198.51.100.0/24
    203.0.113.7        # a crawler

${plain ? '' : `key_maps:\n  apps: { clients: [{ id: app, key: "${hashOf(key)}", addresses: [office, 192.0.2.1] }] }`}
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
routes:
  - { name: all, path: /all/, upstream: llm, auth: none }
  - { name: office, path: /office/, upstream: llm, auth: none, allow: office, deny: [10.9.0.0/16] }
  - { name: quarantine, path: /split/, upstream: llm, auth: none, match: { header: { X-Side: a } }, allow: 10.1.0.0/16 }
  - { name: free, path: /split/, upstream: llm, auth: none }
${plain ? '' : '  - { name: keyed, path: /keyed/, upstream: llm, auth: apps }'}
`,
    });
  });
  afterAll(() => gateway.stop());

  const ask = (path: string, address: string, headers: Readonly<Record<string, string>> = {}) =>
    exchange(gateway, upstream, { path, headers: { 'X-Forwarded-For': address, ...headers } });
  const statusOf = async (path: string, address: string, headers?: Readonly<Record<string, string>>) =>
    (await ask(path, address, headers)).response.status;

  test.each([
    ['198.51.100.1', 403],
    ['198.51.101.1', 200],
    ['203.0.113.7', 403],
    ['203.0.113.8', 200],
    ['2001:db8:bad::1', 403],
    ['2001:db8:bae::1', 200],
    ['::ffff:198.51.100.1', 403],
  ])('the server’s list decides about %s: %d', async (address, status) => {
    const { response, received } = await ask('/all/x', address);
    expect(response.status).toBe(status);
    expect(received === undefined).toBe(status === 403);
    if (status === 403) expect(response.json().error.type).toBe('permission_error');
  });

  test.each(['/nothing/here', '/openclaw/health', '/openclaw/other', '/all', '/office/x', '/split/x'])(
    'who is denied gets nothing from %s either',
    async (path) => {
      expect(await statusOf(path, '203.0.113.7')).toBe(403);
    },
  );

  test.each([
    ['10.1.2.3', 200],
    ['10.9.2.3', 403],
    ['11.0.0.1', 403],
    ['2001:db8::5', 200],
    ['2001:db8:bad::5', 403],
    ['127.0.0.1', 403],
  ])('a route’s list decides about %s: %d', async (address, status) => {
    expect(await statusOf('/office/x', address)).toBe(status);
  });

  test('routes that share a path have lists of their own', async () => {
    expect(await statusOf('/split/x', '11.0.0.1')).toBe(200);
    expect(await statusOf('/split/x', '11.0.0.1', { 'X-Side': 'a' })).toBe(403);
    expect(await statusOf('/split/x', '10.1.0.1', { 'X-Side': 'a' })).toBe(200);
  });

  test('a client cannot claim another address than the trusted proxy says', async () => {
    // The proxy adds the address that it saw at the end; what came before it is the client's own word.
    expect(await statusOf('/office/x', '10.1.2.3, 11.0.0.1')).toBe(403);
    expect(await statusOf('/all/x', '11.0.0.1, 203.0.113.7')).toBe(403);
  });

  test('IPv6 clients are known by their addresses', async () => {
    const response = await request({ port: gateway.port, host: '::1', path: '/office/x', headers: { Host: 'x' } });
    expect(response.status).toBe(403);
  });

  if (plain) return;

  test.each([
    ['10.1.2.3', 200],
    ['192.0.2.1', 200],
    ['192.0.2.2', 403],
    ['203.0.113.7', 403],
  ])('a client’s own list decides about %s: %d', async (address, status) => {
    expect(await statusOf('/keyed/x', address, { 'x-api-key': key })).toBe(status);
    expect(await statusOf('/keyed/x', address, { 'x-api-key': 'oc-wrong' })).toBe(
      address === '203.0.113.7' ? 403 : 401,
    );
  });
});

describe.each(['1.22', '1.30'] as const)('addresses before the redirect to HTTPS on nginx %s', (release) => {
  test('who is denied is not even sent on', async () => {
    const certificates = await withTemporaryFolder((folder) => makeCertificates(folder, ['ai.test']));
    const [port, securePort] = [await freePort(), await freePort()];
    const leaf = certificates.leaves['ai.test'];
    const gateway = await startGateway({
      release,
      ports: [port, securePort],
      files: { 'ai.crt': leaf?.cert ?? '', 'ai.key': leaf?.key ?? '' },
      spec: `
version: 1
server:
  listen: { http: "127.0.0.1:${port}", https: "127.0.0.1:${securePort}" }
  tls: { certificate: ai.crt, certificate_key: ai.key }
  trusted_proxies: [127.0.0.0/8]
  deny: 203.0.113.7
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
routes: [{ path: /, upstream: llm, auth: none }]
`,
    });
    const ask = (address: string) => gateway.send({ path: '/v1/x?a=b', headers: { 'X-Forwarded-For': address } });
    const sent = await ask('203.0.113.8');
    expect(sent.status).toBe(301);
    expect(sent.headers.location).toBe(`https://127.0.0.1:${securePort}/v1/x?a=b`);
    const refused = await ask('203.0.113.7');
    expect(refused.status).toBe(403);
    expect(refused.json().error.type).toBe('permission_error');
    await gateway.stop();
  });
});
