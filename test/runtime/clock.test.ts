import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, type ExpectStatic, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { type Gateway, startGateway } from '../helpers/gateway.ts';
import { hashOf } from '../helpers/keys.ts';
import { type ModelServers, startModelServers } from '../helpers/model-servers.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { setWallClock, wallClockFiles } from '../helpers/wall-clock.ts';
import { type IdentityProvider, startIdentityProvider } from '../lua/callers/identity-provider.ts';
import { signToken } from '../lua/callers/jwt-sign.ts';

const names = ['a', 'b'] as const;
const first = generateKeyPairSync('rsa', { modulusLength: 2048 });
const second = generateKeyPairSync('rsa', { modulusLength: 2048 });
const env = { ONE: 'sk-clock-one-0123456789', TWO: 'sk-clock-two-0123456789', SSO: 'clock-client-secret-0123' };
const endingKey = 'oc-clock-ending-0123456789abcdef';
const anHour = 3600;
/** What ends after a second does so within this time, also on a busy machine. */
const soon = { timeout: 20_000, interval: 100 };

const jwkOf = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' });
const now = () => Math.floor(Date.now() / 1000);

function token(options: { lasts?: number; kid?: string } = {}): string {
  const { lasts = 600, kid = 'first' } = options;
  const claims = { iss: 'https://login.test/', aud: 'gateway', sub: 'ann', iat: now(), exp: now() + lasts };
  const key = kid === 'first' ? first.privateKey : second.privateKey;
  return signToken({ algorithm: 'RS256', key, header: { kid }, claims });
}

// Each release, and each way to set its clock, has a gateway: beside each other, as their tests wait most of the time.
describe.concurrent.each(nginxReleases)('when the clock is set on nginx %s', (release) => {
  describe.sequential.each([
    ['an hour back', -anHour],
    ['a day back', -24 * anHour],
    ['an hour forward', anHour],
    ['a year forward', 365 * 24 * anHour],
  ])('%s', (_, jump) => {
    let servers: ModelServers<(typeof names)[number]>;
    let identity: IdentityProvider;
    let gateway: Gateway;
    let expect: ExpectStatic;
    beforeAll(async () => {
      servers = await startModelServers(names);
      identity = await startIdentityProvider({ port: await freePort() });
      identity.setKeys([jwkOf(first.publicKey, 'first')]);
      const port = await freePort();
      const [a, b] = names.map((name) => `"${servers.address(name)}"`);
      const base = `http://127.0.0.1:${identity.port}`;
      const pool = `{ servers: [${a}], breaker: false, credential: [env:ONE, env:TWO] }`;
      gateway = await startGateway({
        release,
        ports: [port],
        workers: 2,
        env,
        files: await wallClockFiles(),
        spec: `
version: 1
server: { listen: { http: "127.0.0.1:${port}" } }
jwt:
  platform:
    keys: { url: "${base}/jwks", min_refresh: 1s, max_age: 1h, timeout: 2s }
    issuer: https://login.test/
    audience: gateway
    leeway: 0s
introspection:
  shortly: { url: "${base}/introspect", client_id: gateway, client_secret: env:SSO, cache: 1s, client: username }
  long: { url: "${base}/introspect", client_id: other, client_secret: env:SSO, cache: 10m, client: username }
key_maps:
  apps: { clients: [{ id: app, key: "${hashOf(endingKey)}", not_after: "${new Date(Date.now() + 86_400_000 * 3650).toISOString().slice(0, 10)}" }] }
upstreams:
  opening: { servers: [${a}], breaker: { failures: 1, open: 1s } }
  open: { servers: [${a}], breaker: { failures: 1, open: 10m } }
  other: { servers: [${b}], breaker: false }
  limited: ${pool}
  resting: ${pool}
  pair: { servers: [{ address: ${a}, max_fails: 2, fail_timeout: 1s }, ${b}], breaker: false, health_check: { path: /health, interval: 60s, fall: 10 } }
  kept: { servers: [{ address: ${a}, max_fails: 1, fail_timeout: 10m }, ${b}], breaker: false, health_check: { path: /health, interval: 60s, fall: 10 } }
  checked: { servers: [${a}, ${b}], breaker: false, health_check: { path: /health, interval: 300ms, timeout: 300ms, rise: 1, fall: 1 } }
  plain: { servers: [${a}], breaker: false }
routes:
  - { path: /opening/, auth: none, upstream: opening, fallback: other }
  - { path: /open/, auth: none, upstream: open, fallback: other }
  - { path: /limited/, auth: none, upstream: limited }
  - { path: /resting/, auth: none, upstream: resting }
  - { path: /pair/, auth: none, upstream: pair }
  - { path: /kept/, auth: none, upstream: kept }
  - { path: /checked/, auth: none, upstream: checked, strip_prefix: /checked }
  - { path: /stream/, auth: none, upstream: plain, timeouts: { first_byte: 20s, idle: 20s, total: 10m, connect: 5s } }
  - { path: /platform/, auth: platform, upstream: plain }
  - { path: /shortly/, auth: shortly, upstream: plain }
  - { path: /long/, auth: long, upstream: plain }
  - { path: /apps/, auth: apps, upstream: plain }
`,
      });
    });
    beforeEach(async (context) => {
      expect = context.expect;
      await servers.reset();
      await setWallClock(gateway, 0);
    });
    afterAll(async () => {
      await gateway?.stop();
      await identity?.stop();
      await servers?.close();
    });

    const ask = (route: string, credential?: string) =>
      gateway.send({
        path: `/${route}/v1/chat/completions`,
        json: { model: 'm', messages: [] },
        ...(credential && { headers: { authorization: `Bearer ${credential}` } }),
      });
    const statusOf = async (route: string, credential?: string) => (await ask(route, credential)).status;
    const serverOf = async (route: string) => (await ask(route)).headers['x-mock-server'];
    const setClock = () => setWallClock(gateway, jump);
    const usesOfOne = (prefix: string) =>
      servers.of.a.requests.filter(
        ({ url, headers }) => url.startsWith(prefix) && headers.authorization === `Bearer ${env.ONE}`,
      ).length;
    const introspections = (given: string) => identity.requests.filter(({ body }) => body.includes(given)).length;

    test('a breaker that is open for a second closes', async () => {
      servers.of.a.behave({ status: 500 });
      expect(await serverOf('opening')).toBe('b');
      await setClock();
      servers.of.a.behave({});
      await expect.poll(() => serverOf('opening'), soon).toBe('a');
    });

    test('a breaker that is open for ten minutes stays open', async () => {
      servers.of.a.behave({ status: 500 });
      expect(await serverOf('open')).toBe('b');
      await setClock();
      servers.of.a.behave({});
      for (let count = 0; count < 10; count += 1) expect(await serverOf('open')).toBe('b');
    });

    test('a key that rests for a second comes back', async () => {
      servers.of.a.behave(({ headers }) =>
        headers.authorization === `Bearer ${env.ONE}` ? { status: 429, responseHeaders: [['Retry-After', '1']] } : {},
      );
      const used = () => usesOfOne('/limited');
      const use = async () => {
        await ask('limited');
        return used();
      };
      await expect.poll(use, soon).toBeGreaterThan(0);
      await setClock();
      const before = used();
      await expect.poll(use, soon).toBeGreaterThan(before);
    });

    test('a key that rests for ten minutes does so', async () => {
      servers.of.a.behave(({ headers }) =>
        headers.authorization === `Bearer ${env.ONE}` ? { status: 429, responseHeaders: [['Retry-After', '600']] } : {},
      );
      const used = () => usesOfOne('/resting');
      await expect.poll(async () => (await ask('resting')) && used(), soon).toBeGreaterThan(0);
      const before = used();
      await setClock();
      for (let count = 0; count < 30; count += 1) expect(await statusOf('resting')).toBe(200);
      expect(used()).toBe(before);
    });

    test('a token that its issuer has revoked is refused after `cache`, and not asked about more often', async () => {
      const given = `clock-${release}${jump}-opaque`;
      identity.setToken(given, { active: true, username: 'bob' });
      expect(await statusOf('long', given)).toBe(200);
      const asked = introspections(given);
      expect(await statusOf('shortly', given)).toBe(200);
      await setClock();
      identity.setToken(given, { active: false });
      await expect.poll(() => statusOf('shortly', given), soon).toBe(401);
      const before = introspections(given);
      for (let count = 0; count < 10; count += 1) expect(await statusOf('long', given)).toBe(200);
      expect(introspections(given)).toBe(before);
      expect(asked).toBe(1);
    });

    test('new keys of an issuer are fetched as soon as `min_refresh` allows', async () => {
      identity.setKeys([jwkOf(first.publicKey, 'first')]);
      await statusOf('platform', token());
      await setClock();
      identity.setKeys([jwkOf(second.publicKey, 'second')]);
      const fetched = () => identity.requests.filter(({ path }) => path === '/jwks').length;
      const before = fetched();
      // Where the clock is ahead the token has expired: that its key is known shows in that it was fetched.
      await expect
        .poll(async () => (await statusOf('platform', token({ kid: 'second' }))) && fetched(), soon)
        .toBe(before + 1);
      identity.setKeys([jwkOf(first.publicKey, 'first')]);
      await expect.poll(async () => (await statusOf('platform', token())) && fetched(), soon).toBe(before + 2);
    });

    test('a server that failed is asked again after `fail_timeout`, and not before', async () => {
      const ofA = (prefix: string) => servers.of.a.requests.filter(({ url }) => url.startsWith(prefix)).length;
      await servers.of.a.refuse();
      for (let count = 0; count < 8; count += 1) {
        expect(await serverOf('pair')).toBe('b');
        expect(await serverOf('kept')).toBe('b');
      }
      // What one worker has found out another one knows 0.2 s later.
      await sleep(300);
      await setClock();
      await servers.of.a.accept();
      await expect.poll(async () => (await ask('pair')) && ofA('/pair'), soon).toBeGreaterThan(0);
      for (let count = 0; count < 10; count += 1) expect(await serverOf('kept')).toBe('b');
      expect(ofA('/kept')).toBe(0);
    });

    test('servers are checked on, and by another worker when the one that does it is killed', async () => {
      const probes = (name: (typeof names)[number]) =>
        servers.of[name].requests.filter(({ url }) => url === '/health').length;
      const isUp = async () => {
        const { upstreams } = (await gateway.send({ path: '/openclaw/health' })).json();
        return upstreams
          .find(({ name }: { name: string }) => name === 'checked')
          .servers.map(({ ok }: { ok: boolean }) => ok);
      };
      await expect.poll(isUp, soon).toEqual([true, true]);
      await setClock();
      expect(await isUp()).toEqual([true, true]);
      for (const worker of await gateway.workerPids()) process.kill(worker, 'SIGKILL');
      const before = [probes('a'), probes('b')];
      await expect.poll(() => probes('a'), soon).toBeGreaterThan((before[0] ?? 0) + 2);
      await expect.poll(() => probes('b'), soon).toBeGreaterThan((before[1] ?? 0) + 2);
      await expect.poll(isUp, soon).toEqual([true, true]);
    });

    test('a stream runs on to its end', async () => {
      servers.of.a.behave({ chunks: 12, gapMs: 100 });
      const streaming = gateway.send({
        path: '/stream/v1/chat/completions',
        json: { model: 'm', stream: true, messages: [] },
      });
      await servers.of.a.waitForRequest();
      await sleep(300);
      await setClock();
      expect((await streaming).text).toContain('[DONE]');
      const line = await gateway.logged(({ path }) => String(path).startsWith('/stream/'));
      expect(line.completion).toBe('complete');
    });

    // A clock that is ahead ends tokens early, as everywhere.
    if (jump < 0)
      test('a token that has expired stays expired, and good ones get in', async () => {
        identity.setKeys([jwkOf(first.publicKey, 'first')]);
        await expect.poll(() => statusOf('platform', token()), soon).toBe(200);
        const ending = token({ lasts: 2 });
        expect(await statusOf('platform', ending)).toBe(200);
        await setClock();
        await expect.poll(() => statusOf('platform', ending), soon).toBe(401);
        expect(await statusOf('platform', token())).toBe(200);
        await expect
          .poll(() => gateway.errorLog(), soon)
          .toMatch(/openclaw: the clock was set back by \d+ s; what has expired stays expired/);
      });

    test('a key without a date near by works', async () => {
      await setClock();
      expect(await statusOf('apps', endingKey)).toBe(200);
    });
  });
});
