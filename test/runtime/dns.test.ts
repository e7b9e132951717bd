import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { type DnsServer, startDnsServer } from '../lua/net/dns-server.ts';

/** A record lives 1 s, but nginx's own resolver waits 5 s and more after an answer that did not come. */
const patience = 30_000;

async function eventually(check: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    if (await check()) return true;
    await sleep(100);
  }
  return false;
}

describe.each(nginxReleases)('names of upstreams on nginx %s', (release) => {
  let dns: DnsServer;
  let gateway: Gateway;
  let upstream: MockModelServer;

  beforeAll(async () => {
    upstream = await startMockModelServer();
    dns = await startDnsServer(await freePort());
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
resolver: { addresses: "127.0.0.1:${dns.port}", valid: 1s }
upstreams:
  moving: { servers: ["model.test:${upstream.port}"], keepalive: false }
routes:
  - { path: /, upstream: moving, auth: none }
`,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await dns?.stop();
    await upstream?.close();
  });

  const status = async (): Promise<number | undefined> => (await gateway.send({ path: '/v1/models' })).status;

  it('starts while the name is unknown, and answers 502 as JSON', async () => {
    const response = await gateway.send({ path: '/v1/models' });
    expect(response.status).toBe(502);
    expect(response.json()).toMatchObject({ error: { type: 'server_error' } });
  });

  it('serves once the name is known', async () => {
    dns.set('model.test', [{ type: 'A', value: '127.0.0.1', ttl: 1 }]);
    expect(await eventually(async () => (await status()) === 200)).toBe(true);
  });

  it('keeps the last addresses while DNS is away', async () => {
    dns.behave('drop');
    await sleep(2500);
    expect(await status()).toBe(200);
    dns.behave('answer');
  });

  it('follows the name to another address', async () => {
    // Nothing listens on this port at 127.0.0.2.
    dns.set('model.test', [{ type: 'A', value: '127.0.0.2', ttl: 1 }]);
    expect(await eventually(async () => (await status()) === 502)).toBe(true);
    dns.set('model.test', [{ type: 'A', value: '127.0.0.1', ttl: 1 }]);
    expect(await eventually(async () => (await status()) === 200)).toBe(true);
  });
});
