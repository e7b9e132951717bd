import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { rebuild } from '../runtime/rebuild.ts';

/** What `within 2 s, no reload` promises. */
const promisedMs = 2000;

/** As `openssl passwd -5` prints them; the password is `pw`. */
const passwords = {
  ann: '$5$abc$/LKlXd6vuvdFX3oWbf2vGk3DgflzzsvOtMZsiOxqqY5',
  bob: '$apr1$abcdefgh$5VEbMkemELfbhC5ck.U.z1',
};
const keys = { mobile: 'oc-mobile-0123456789', next: 'oc-mobile-9876543210', batch: 'oc-batch-0123456789' };

let upstream: MockModelServer;
beforeAll(async () => {
  upstream = await startMockModelServer();
});
afterAll(() => upstream.close());

const specFor = (port: number, parts: { readonly apps: string; readonly users?: string }): string => `
version: 1
server: { listen: { http: ["127.0.0.1:${port}"] } }
upstreams: { llm: ["127.0.0.1:${upstream.port}"] }
key_maps: { apps: ${parts.apps} }
basic_auth: { staff: { users: { ${parts.users ?? `ann: ${passwords.ann}`} } } }
routes:
  - { name: keys, path: /v1/, upstream: llm, auth: apps }
  - { name: other, path: /other/, upstream: llm, auth: apps }
  - { name: people, path: /people/, upstream: llm, auth: staff }
log: { access: access.log, error: error.log, level: notice }
process: { pid: nginx.pid, workers: 1 }
`;

async function withGateway(options: GatewayOptions, work: (gateway: Gateway) => Promise<void>): Promise<void> {
  const gateway = await startGateway(options);
  try {
    await work(gateway);
  } finally {
    await gateway.stop();
  }
}

const clients = (...lines: readonly string[]): string => `{ clients: [${lines.join(', ')}] }`;
const client = (id: string, key: string, more = ''): string => `{ id: ${id}, key: ${hashOf(key)}${more} }`;

describe.each(nginxReleases)('on nginx %s, as `diff` says', (release) => {
  const withKey = async (gateway: Gateway, key: string, path = '/v1/x') =>
    (await gateway.send({ path, headers: { 'x-api-key': key } })).status;
  const withPassword = async (gateway: Gateway, user: string) => {
    const Authorization = `Basic ${Buffer.from(`${user}:pw`).toString('base64')}`;
    return (await gateway.send({ path: '/people/x', headers: { Authorization } })).status;
  };

  test('clients and users that the spec names come, change and go without a reload', async () => {
    const port = await freePort();
    const before = specFor(port, {
      apps: clients(client('mobile', keys.mobile), client('partner', keys.batch, ', routes: [keys]')),
    });
    const after = specFor(port, {
      apps: clients(client('mobile', keys.next), client('partner', keys.batch, ', routes: [other]')),
      users: `bob: ${passwords.bob}`,
    });
    await withGateway({ release, spec: before, ports: [port] }, async (gateway) => {
      const statuses = async () => [
        await withKey(gateway, keys.mobile),
        await withKey(gateway, keys.next),
        await withKey(gateway, keys.batch),
        await withKey(gateway, keys.batch, '/other/x'),
        await withPassword(gateway, 'ann'),
        await withPassword(gateway, 'bob'),
      ];
      expect(await statuses()).toEqual([200, 401, 200, 403, 200, 401]);
      const { changes } = await rebuild(gateway, { release, before, after });
      expect(changes.map(({ object, risk }) => [object, risk])).toEqual([
        ['client apps/mobile', 'loosens'],
        ['client apps/mobile', 'narrows'],
        ['client apps/partner', 'loosens'],
        ['basic_auth staff', 'loosens'],
        ['basic_auth staff', 'narrows'],
      ]);
      expect(new Set(changes.map(({ takesEffect }) => takesEffect))).toEqual(new Set(['within 2 s, no reload']));
      await expect.poll(statuses, { timeout: promisedMs }).toEqual([401, 200, 403, 200, 401, 200]);
    });
  });

  test('the first client beside a key file comes with a reload', async () => {
    const port = await freePort();
    const before = specFor(port, { apps: '{ file: more.keys }' });
    const after = specFor(port, { apps: `{ file: more.keys, clients: [${client('mobile', keys.mobile)}] }` });
    const files = { 'more.keys': `batch ${hashOf(keys.batch)}\n` };
    await withGateway({ release, spec: before, ports: [port], files }, async (gateway) => {
      const { changes } = await rebuild(gateway, { release, before, after });
      expect(changes.map(({ object, takesEffect }) => [object, takesEffect])).toEqual([
        ['client apps/mobile', 'reload'],
      ]);
      await sleep(promisedMs);
      expect([await withKey(gateway, keys.batch), await withKey(gateway, keys.mobile)]).toEqual([200, 401]);
      await gateway.reload();
      await expect.poll(() => withKey(gateway, keys.mobile), { timeout: 10_000 }).toBe(200);
    });
  });
});
