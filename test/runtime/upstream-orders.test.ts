import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';

/** nginx obeys headers of an upstream's answer by default; somebody else's server must not steer the gateway. */
describe.each(nginxReleases)('orders from an upstream on nginx %s', (release) => {
  let gateway: Gateway;
  let hostile: MockModelServer;
  let guarded: MockModelServer;

  beforeAll(async () => {
    hostile = await startMockModelServer({ name: 'hostile' });
    guarded = await startMockModelServer({ name: 'guarded' });
    const port = await freePort();
    gateway = await startGateway({
      release,
      ports: [port],
      spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
upstreams:
  hostile: ["127.0.0.1:${hostile.port}"]
  guarded: ["127.0.0.1:${guarded.port}"]
routes:
  - { name: open, path: /open/, upstream: hostile, auth: none }
  - { name: inside, path: /inside/, match: { client: 192.0.2.1 }, upstream: guarded, auth: none }
  - { name: inside-too, path: /inside/, match: { method: POST }, upstream: guarded, auth: none }
`,
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await hostile?.close();
    await guarded?.close();
  });

  it.each(['@inside', '/inside/secret', '/openclaw/errors/400'])(
    'X-Accel-Redirect: %s leads nowhere',
    async (target) => {
      hostile.behave({ responseHeaders: [['X-Accel-Redirect', target]] });
      const response = await gateway.send({ path: '/open/x' });
      expect(response.status).toBe(200);
      expect(response.text).toContain('hostile');
      expect(guarded.requests).toHaveLength(0);
    },
  );
});
