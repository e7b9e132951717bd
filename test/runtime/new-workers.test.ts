import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, type ExpectStatic, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { type IdentityProvider, startIdentityProvider } from '../lua/callers/identity-provider.ts';
import { type Algorithm, signToken } from '../lua/callers/jwt-sign.ts';
import { type DnsServer, startDnsServer } from '../lua/net/dns-server.ts';

const workers = 2;
/** As in the report: enough to meet every worker. */
const many = 80;
/** Two polls of a file, on a busy machine. */
const soon = { timeout: 20_000, interval: 50 };

const generate = () => ({
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ed: generateKeyPairSync('ed25519'),
});
const keys = { old: generate(), new: generate() };
type Age = keyof typeof keys;
const ages: readonly Age[] = ['old', 'new'];
const jwks = (age: Age) =>
  JSON.stringify({ keys: [{ ...keys[age].rsa.publicKey.export({ format: 'jwk' }), kid: age }] });
const pem = (age: Age) => keys[age].ed.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const shared = (age: Age) => `shared-secret-of-more-than-32-bytes-${age}-0123456789`;
const client = (age: Age) => `oc-new-workers-${age}-0123456789abcdef`;
const provider = (age: Age | 'next') => `sk-new-workers-${age}-0123456789`;
const ssoSecret = (age: Age) => `sso-secret-${age}-0123456789`;
const keyFile = (age: Age) => `app ${hashOf(client(age))}\n`;

const secretFiles: readonly (readonly [name: string, of: (age: Age) => string])[] = [
  ['/run/shared', shared],
  ['/run/sso', ssoSecret],
  ['/run/only', provider],
  ['/run/first', provider],
];

/** All that a process has in common with others. */
async function readSharedMemory(pid: number): Promise<Buffer> {
  const maps = (await readFile(`/proc/${pid}/maps`, 'utf8')).matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw-s/gm);
  const memory = await open(`/proc/${pid}/mem`);
  try {
    const parts: Buffer[] = [];
    for (const [, from = '', to = ''] of maps) {
      const start = Number.parseInt(from, 16);
      const part = Buffer.alloc(Number.parseInt(to, 16) - start);
      await memory.read(part, 0, part.length, start);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } finally {
    await memory.close();
  }
}

function token(age: Age, algorithm: Algorithm, key: KeyObject | string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://login.test/', aud: 'gateway', sub: 'ann', exp: now + 600 };
  return signToken({ algorithm, key, header: { kid: age }, claims });
}

// The releases beside each other, as their tests wait most of the time.
describe.concurrent.each(nginxReleases)(
  'workers that replace dead ones on nginx %s, while files are broken,',
  (release) => {
    let upstream: MockModelServer;
    let identity: IdentityProvider;
    let dns: DnsServer;
    let gateway: Gateway;
    let expect: ExpectStatic;
    beforeAll(async () => {
      upstream = await startMockModelServer();
      identity = await startIdentityProvider({ port: await freePort() });
      dns = await startDnsServer(await freePort());
      dns.set('named.test', [{ type: 'A', value: '127.0.0.1' }]);
      const port = await freePort();
      const base = `http://127.0.0.1:${identity.port}`;
      const llm = `servers: ["127.0.0.1:${upstream.port}"]`;
      const issuer = 'issuer: "https://login.test/", audience: gateway';
      gateway = await startGateway({
        release,
        ports: [port],
        workers,
        env: { NEXT: provider('next') },
        secrets: ages.map(client),
        files: {
          'set.json': jwks('old'),
          'ed.pem': pem('old'),
          'apps.keys': keyFile('old'),
        },
        spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
resolver: { addresses: "127.0.0.1:${dns.port}", valid: 1s }
jwt:
  set: { keys: { file: set.json }, algorithms: RS256, ${issuer} }
  pem: { keys: { file: ed.pem }, algorithms: EdDSA, ${issuer} }
  shared: { keys: { secret: "file:/run/shared" }, ${issuer} }
  fetched: { keys: { url: "${base}/jwks", min_refresh: 1s, max_age: 1h, timeout: 2s }, algorithms: RS256, ${issuer} }
introspection:
  sso: { url: "${base}/introspect", client_id: gateway, client_secret: "file:/run/sso", cache: 0s, client: username }
key_maps:
  apps: { file: apps.keys }
upstreams:
  plain: { ${llm} }
  only: { ${llm}, credential: "file:/run/only" }
  named: { servers: ["named.test:${upstream.port}"], breaker: false, health_check: { path: /health, interval: 60s } }
  several: { ${llm}, credential: ["file:/run/first", env:NEXT] }
routes:
  - { name: set, path: /set/, upstream: plain, auth: set }
  - { name: pem, path: /pem/, upstream: plain, auth: pem }
  - { name: shared, path: /shared/, upstream: plain, auth: shared }
  - { name: fetched, path: /fetched/, upstream: plain, auth: fetched }
  - { name: sso, path: /sso/, upstream: plain, auth: sso }
  - { name: apps, path: /apps/, upstream: plain, auth: apps }
  - { name: only, path: /only/, upstream: only, auth: none }
  - { name: named, path: /named/, upstream: named, auth: none }
  - { name: several, path: /several/, upstream: several, auth: none }
`,
      });
      await Promise.all(secretFiles.map(([name, of]) => replace(name, of('old'))));
      // The master has read everything as it was in the beginning.
      await reload();
    });
    afterAll(async () => {
      await gateway?.stop();
      await identity?.stop();
      await dns?.stop();
      await upstream?.close();
    });
    beforeEach((context) => {
      expect = context.expect;
    });

    /** By renaming, as Kubernetes, Vault and `openclaw keys` do. */
    async function replace(name: string, text: string): Promise<void> {
      const file = gateway.locate(name);
      await writeFile(`${file}.new`, text, { mode: 0o644 });
      await rename(`${file}.new`, file);
    }

    async function areNew(before: readonly number[]): Promise<void> {
      const pids = async () => {
        const now = await gateway.workerPids();
        return now.length === workers && now.every((pid) => !before.includes(pid));
      };
      while (!(await pids())) await sleep(20);
    }

    async function reload(): Promise<void> {
      const before = await gateway.workerPids();
      await gateway.reload();
      await areNew(before);
    }

    async function killAll(): Promise<void> {
      const before = await gateway.workerPids();
      for (const worker of before) process.kill(worker, 'SIGKILL');
      await areNew(before);
    }

    /** Whether every worker has said this of a file. */
    async function haveAllTold(label: string, what: string): Promise<boolean> {
      const lines = (await gateway.errorLog()).split('\n').filter((line) => line.includes(`openclaw: ${label}`));
      const told = lines.filter((line) => line.includes(what)).map((line) => Number(/ (\d+)#/.exec(line)?.[1]));
      return (await gateway.workerPids()).every((pid) => told.includes(pid));
    }

    /** All workers have taken a new content, and then found the file broken. */
    async function changeAndBreak(label: string, name: string, text: string): Promise<void> {
      await replace(name, text);
      await expect.poll(() => haveAllTold(label, ': loaded'), soon).toBe(true);
      await replace(name, '');
      await expect.poll(() => haveAllTold(label, '; keeping what'), soon).toBe(true);
    }

    const send = (path: string, credential?: string) =>
      gateway.send({
        path: `/${path}/v1/models`,
        ...(credential && { headers: { authorization: `Bearer ${credential}` } }),
      });
    /** The statuses of as many requests as reach every worker, each over a connection of its own. */
    async function statuses(path: string, credential?: string): Promise<number[]> {
      const answers = await Promise.all(Array.from({ length: many }, () => send(path, credential)));
      return [...new Set(answers.map(({ status }) => status))];
    }
    const valuesSent = (prefix: string, from: number) =>
      new Set(
        upstream.requests
          .slice(from)
          .filter(({ url }) => url.startsWith(prefix))
          .map(({ headers }) => headers.authorization),
      );

    test.sequential.each<
      [what: string, label: string, file: string, of: (age: Age) => string, route: string, show: (age: Age) => string]
    >([
      [
        'a key set of an issuer',
        'keys of set',
        'set.json',
        jwks,
        'set',
        (age) => token(age, 'RS256', keys[age].rsa.privateKey),
      ],
      [
        'a public key of an issuer',
        'keys of pem',
        'ed.pem',
        pem,
        'pem',
        (age) => token(age, 'EdDSA', keys[age].ed.privateKey),
      ],
      ['a key file', 'apps.keys', 'apps.keys', keyFile, 'apps', client],
    ])('know %s as it last was, and after a reload too', async (_, label, file, of, route, show) => {
      await changeAndBreak(label, file, of('new'));
      for (const replaceWorkers of [killAll, reload]) {
        await replaceWorkers();
        expect([await statuses(route, show('old')), await statuses(route, show('new'))]).toEqual([[401], [200]]);
      }
    });

    test.sequential('refuse the tokens of a shared secret, of the old one above all, until its file is good', async () => {
      await changeAndBreak('credential shared', '/run/shared', shared('new'));
      await killAll();
      const old = await statuses('shared', token('old', 'HS256', shared('old')));
      expect([old, await statuses('shared', token('new', 'HS256', shared('new')))]).toEqual([[503], [503]]);
      await replace('/run/shared', shared('new'));
      await expect.poll(() => statuses('shared', token('new', 'HS256', shared('new'))), soon).toEqual([200]);
      expect(await statuses('shared', token('old', 'HS256', shared('old')))).toEqual([401]);
    });

    test.sequential('never send a provider a key that was replaced: 503, or another key', async () => {
      await changeAndBreak('credential only', '/run/only', provider('new'));
      await changeAndBreak('credential several', '/run/first', provider('new'));
      await killAll();
      const from = upstream.requests.length;
      expect([await statuses('only'), await statuses('several')]).toEqual([[503], [200]]);
      expect(valuesSent('/only', from)).toEqual(new Set());
      expect(valuesSent('/several', from)).toEqual(new Set([`Bearer ${provider('next')}`]));
      await replace('/run/only', provider('new'));
      await expect.poll(() => statuses('only'), soon).toEqual([200]);
      expect(valuesSent('/only', from)).toEqual(new Set([`Bearer ${provider('new')}`]));
    });

    test.sequential('never show an issuer a secret that was replaced', async () => {
      identity.setToken('opaque-of-ann', { active: true, username: 'ann' });
      await changeAndBreak('credential sso', '/run/sso', ssoSecret('new'));
      await killAll();
      const asked = identity.requests.length;
      expect(await statuses('sso', 'opaque-of-ann')).toEqual([503]);
      expect(identity.requests.slice(asked)).toEqual([]);
      await replace('/run/sso', ssoSecret('new'));
      await expect.poll(() => statuses('sso', 'opaque-of-ann'), soon).toEqual([200]);
    });

    test.sequential('know the fetched keys of an issuer as they last were while it is down', async () => {
      const show = (age: Age) => token(age, 'RS256', keys[age].rsa.privateKey);
      identity.setKeys(JSON.parse(jwks('old')).keys);
      expect(await statuses('fetched', show('old'))).toEqual([200]);
      identity.setKeys(JSON.parse(jwks('new')).keys);
      await expect.poll(() => statuses('fetched', show('new')), soon).toEqual([200]);
      await identity.refuse();
      await killAll();
      expect([await statuses('fetched', show('old')), await statuses('fetched', show('new'))]).toEqual([[401], [200]]);
      await identity.accept();
    });

    test.sequential('know where a server is while nobody answers for its name', async () => {
      await expect.poll(() => statuses('named'), soon).toEqual([200]);
      dns.behave('refused');
      await killAll();
      expect(await statuses('named')).toEqual([200]);
      dns.behave('answer');
    });

    test.sequential('share no secret: none is in memory that workers have in common', async () => {
      const [worker = 0] = await gateway.workerPids();
      const text = await readSharedMemory(worker);
      for (const age of ages) {
        for (const of of [shared, provider, ssoSecret, client]) expect(text.includes(of(age))).toBe(false);
      }
      expect(text.includes(hashOf(client('new')))).toBe(true);
    });
  },
);
