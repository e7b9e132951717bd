import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeCertificates } from '../../helpers/certificates.ts';
import { freePort } from '../../helpers/free-port.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { type AuthGateway, startAuthGateway } from './auth-gateway.ts';
import { type IdentityProvider, type ProviderBehaviour, startIdentityProvider } from './identity-provider.ts';

const secret = 'hush hush: 100%/+ü';
const token = 'opaque-token-4711';

/** As lua/issuers.lua: instances by name, made in init_by_lua as the gateway does. */
function issuersModule(port: number, issuers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(issuers).map(
    ([name, options]) =>
      `_M["${name}"] = introspection.new { name = "${name}", scheme = "http", host = "127.0.0.1", port = ${port},
        path = "/introspect", client_id = "gateway", secret = function() return "${secret}" end, timeout = 5000,
        ${options} }`,
  );
  return ['local introspection, _M = require "openclaw.callers.introspection", {}', ...lines, 'return _M'].join('\n');
}

/** In ms: short where it is what ends the request. */
function timeoutFor(behaviour: ProviderBehaviour): number {
  return ['slow', 'hang'].includes(behaviour) ? 500 : 5000;
}

/** Checks a token in the phase that does so in a gateway. */
const server = `large_client_header_buffers 4 16k;
location /check {
  rewrite_by_lua_block {
    local headers = ngx.req.get_headers()
    local issuer = require("issuers")[headers.issuer]
    local claims, reason = require("openclaw.callers.introspection").check(issuer, headers.token, tonumber(headers.now) or ngx.now())
    ngx.say(ngx.worker.id(), " ", claims and tostring(claims.active) .. ":" .. tostring(claims.sub) or reason)
    ngx.exit(200)
  }
}
location /cannot-wait {
  return 200 "";
  header_filter_by_lua_block {
    local check = require("openclaw.callers.introspection").check
    ngx.header.result = select(2, check(require("issuers").main, "${token}", ngx.now())) or "found"
  }
}`;

/** What the issuer says of a token, at the time 1600000000. */
const answers: [token: string, answer: object | string, want: string][] = [
  ['active', { active: true, sub: 'alice', exp: 2_000_000_000, nbf: 1_000 }, 'true:alice'],
  ['null-for-what-there-is-not', { active: true, sub: 'alice', exp: null, nbf: null }, 'true:alice'],
  ['not-active', { active: false, sub: 'alice' }, 'inactive'],
  ['expired', { active: true, exp: 1_500_000_000 }, 'inactive'],
  ['expiring-now', { active: true, exp: 1_600_000_000 }, 'inactive'],
  ['not-yet-valid', { active: true, nbf: 1_600_000_001 }, 'inactive'],
  ['valid-from-now-on', { active: true, sub: 'alice', nbf: 1_600_000_000 }, 'true:alice'],
  ['active-as-a-text', { active: 'true' }, 'introspection_unavailable'],
  ['active-as-a-number', { active: 1 }, 'introspection_unavailable'],
  ['nothing-of-active', { sub: 'alice' }, 'introspection_unavailable'],
  ['active-twice', '{"active":false,"active":true}', 'introspection_unavailable'],
  ['an-expiry-that-is-a-text', { active: true, exp: '2000000000' }, 'introspection_unavailable'],
  ['a-start-that-is-a-text', { active: true, nbf: '1000' }, 'introspection_unavailable'],
  ['a-list', [{ active: true }], 'introspection_unavailable'],
  ['true', 'true', 'introspection_unavailable'],
  ['nothing', '', 'introspection_unavailable'],
];

interface Result {
  readonly worker: string;
  readonly result: string;
}

interface Check {
  readonly issuer?: string;
  readonly token?: string;
  readonly now?: string;
}

describe.each(nginxReleases)('token introspection on nginx %s', (release) => {
  let provider: IdentityProvider;
  let gateway: AuthGateway;

  beforeEach(async () => {
    provider = await startIdentityProvider({ port: await freePort() });
    provider.setToken(token, { active: true, sub: 'alice' });
  });
  afterEach(async () => {
    await Promise.all([gateway?.stop(), provider.stop()]);
  });

  async function start(issuers: Readonly<Record<string, string>>): Promise<void> {
    gateway = await startAuthGateway({
      release,
      workers: 2,
      http: 'init_by_lua_block { require("issuers") }',
      server,
      files: { 'lua/issuers.lua': issuersModule(provider.port, issuers) },
    });
  }

  async function checkOn(options: Check): Promise<Result> {
    const headers = { issuer: 'main', token, connection: 'close', ...options };
    const text = await (await fetch(`${gateway.url}/check`, { headers })).text();
    const [worker = '', result = ''] = text.trim().split(' ');
    return { worker, result };
  }

  async function check(options: Check = {}): Promise<string> {
    return (await checkOn(options)).result;
  }

  /** The results of many requests at once, each of them once; both workers must have had some. */
  async function checkOnBoth(options: Check = {}): Promise<string[]> {
    const all = await Promise.all(Array.from({ length: 40 }, () => checkOn(options)));
    expect(new Set(all.map(({ worker }) => worker)).size).toBe(2);
    return [...new Set(all.map(({ result }) => result))];
  }

  test('asks as RFC 7662 says, with the secret in a header or in the body', async () => {
    const id = 'client_id = "gate way:1"';
    await start({ main: id, posting: `${id}, authentication = "post"` });
    const special = 'a+b/c=&d%20';
    provider.setToken(special, { active: true, sub: 'bob' });
    expect(await check({ token: special })).toBe('true:bob');
    expect(await check({ token: special, issuer: 'posting' })).toBe('true:bob');
    const [basic, post] = provider.requests;
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    expect(basic).toMatchObject({ method: 'POST', path: '/introspect', headers: form });
    expect([...new URLSearchParams(basic?.body)]).toEqual([
      ['token', special],
      ['token_type_hint', 'access_token'],
    ]);
    const [scheme, credentials = ''] = basic?.headers.authorization?.split(' ') ?? [];
    expect(scheme).toBe('Basic');
    expect(Buffer.from(credentials, 'base64').toString()).toBe('gate+way%3A1:hush+hush%3A+100%25%2F%2B%C3%BC');
    expect(post?.headers.authorization).toBeUndefined();
    expect([...new URLSearchParams(post?.body)]).toEqual([
      ['token', special],
      ['token_type_hint', 'access_token'],
      ['client_id', 'gate way:1'],
      ['client_secret', secret],
    ]);
  });

  test('believes only answers that say it clearly', async () => {
    await start({ main: '' });
    for (const [name, answer, want] of answers) {
      provider.setToken(name, answer);
      expect(await check({ token: name, now: '1600000000' }), name).toBe(want);
      expect(await check({ token: name, now: '1600000000' }), name).toBe(want);
    }
  });

  test('refuses what cannot be a token without asking', async () => {
    await start({ main: '' });
    for (const bad of ['', 'a b', 'a\tb', 'a\u00ff', 'x'.repeat(8193)]) {
      expect(await check({ token: bad }), bad.slice(0, 10)).toBe('malformed');
    }
    expect(provider.requests).toEqual([]);
    expect(await check({ token: 'x'.repeat(8192) })).toBe('inactive');
    expect(provider.requests).toHaveLength(1);
  });

  test('asks once for all workers and requests, and believes the answer for so long', async () => {
    await start({ main: 'cache = 2' });
    provider.behave('late');
    expect(await checkOnBoth()).toEqual(['true:alice']);
    provider.setToken(token, { active: false });
    expect(await checkOnBoth()).toEqual(['true:alice']);
    expect(provider.requests).toHaveLength(1);
    await sleep(2100);
    expect(await checkOnBoth()).toEqual(['inactive']);
    expect(provider.requests).toHaveLength(2);
  });

  test('remembers for a shorter time that a token is not active', async () => {
    await start({ main: 'negative_cache = 2' });
    expect(await checkOnBoth({ token: 'unknown' })).toEqual(['inactive']);
    provider.setToken('unknown', { active: true, sub: 'bob' });
    expect(await checkOnBoth({ token: 'unknown' })).toEqual(['inactive']);
    expect(provider.requests).toHaveLength(1);
    await sleep(2100);
    expect(await checkOnBoth({ token: 'unknown' })).toEqual(['true:bob']);
    expect(provider.requests).toHaveLength(2);
  });

  test('believes no answer for longer than the token lives', async () => {
    await start({ main: 'cache = 60, negative_cache = 0.1' });
    const now = Date.now() / 1000;
    provider.setToken(token, { active: true, sub: 'alice', exp: now + 2 });
    expect(await check()).toBe('true:alice');
    // By a clock that is ahead of the dictionary's, the stored answer is of no use either.
    expect(await check({ now: String(now + 3) })).toBe('inactive');
    await sleep(2100);
    provider.setToken(token, { active: true, sub: 'alice', exp: now + 60 });
    expect(await check()).toBe('true:alice');
    expect(provider.requests).toHaveLength(2);
  });

  test('asks every time when nothing may be remembered', async () => {
    await start({ main: 'cache = 0' });
    expect(await check()).toBe('true:alice');
    provider.setToken(token, { active: false });
    expect(await checkOnBoth()).toEqual(['inactive']);
    provider.setToken(token, { active: true, sub: 'alice' });
    expect(await check()).toBe('true:alice');
    expect(provider.requests).toHaveLength(42);
  });

  test('takes one answer for one token, one client and one endpoint, also after a reload', async () => {
    await start({ main: '', other: 'path = "/introspect?of=other"' });
    expect(await check()).toBe('true:alice');
    provider.setToken(token, { active: true, sub: 'mallory' });
    expect(await check({ issuer: 'other' })).toBe('true:mallory');
    expect(await check({ token: `${token}0` })).toBe('inactive');
    expect(await checkOnBoth()).toEqual(['true:alice']);
    for (const [sub, options] of [
      ['mallory', 'path = "/introspect?of=another"'],
      ['carol', 'client_id = "another"'],
    ] as const) {
      provider.setToken(token, { active: true, sub });
      await writeFile(join(gateway.prefix, 'lua/issuers.lua'), issuersModule(provider.port, { main: options }));
      await gateway.reload();
      await expect.poll(() => checkOnBoth(), { timeout: 10_000 }).toEqual([`true:${sub}`]);
    }
  });

  test('refuses while the issuer cannot be asked, but what it said before counts on', async () => {
    await start({ main: 'cache = 2' });
    expect(await check()).toBe('true:alice');
    await provider.refuse();
    expect(await checkOnBoth()).toEqual(['true:alice']);
    expect(await checkOnBoth({ token: 'another' })).toEqual(['introspection_unavailable']);
    await sleep(2100);
    expect(await checkOnBoth()).toEqual(['introspection_unavailable']);
    await provider.accept();
    expect(await check()).toBe('true:alice');
    const told = (await gateway.errorLog()).split('\n').filter((line) => line.includes('cannot introspect tokens'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('[error]');
    expect(told[0]).toContain('openclaw: cannot introspect tokens by main: connection refused');
  });

  test('asks nobody where nginx cannot wait, but uses what it knows', async () => {
    await start({ main: '' });
    const ask = async () => (await fetch(`${gateway.url}/cannot-wait`)).headers.get('result');
    expect(await ask()).toBe('introspection_unavailable');
    expect(await check()).toBe('true:alice');
    expect(await ask()).toBe('found');
    expect(await gateway.errorLog()).not.toContain('[error]');
  });

  test('makes one call for many requests with a token even when there is no answer', async () => {
    await start({ main: 'timeout = 500' });
    provider.behave('hang');
    expect(await checkOnBoth()).toEqual(['introspection_unavailable']);
    expect(provider.requests).toHaveLength(1);
  });

  test('takes answers that arrive whole, whatever the framing, and no others; nothing secret is logged', async () => {
    const wanted: [ProviderBehaviour, string | undefined][] = [
      ['chunked', undefined],
      ['until-close', undefined],
      ['late', undefined],
      ['error', 'status 500'],
      ['redirect', 'redirected (status 307)'],
      ['not-json', 'not a JSON object: unexpected character at byte 1'],
      ['truncated', 'the answer ended early'],
      ['huge', 'the answer is larger than 65536 bytes'],
      ['slow', 'timeout'],
      ['hang', 'timeout'],
      ['reset', 'connection reset by peer'],
    ];
    const issuers = wanted.map(
      ([name]) => [name, `timeout = ${timeoutFor(name)}, path = "/introspect?behave=${name}"`] as const,
    );
    await start({ ...Object.fromEntries(issuers), keyless: 'secret = function() end', failing: 'secret = error' });
    for (const [issuer, reason] of wanted) {
      const want = reason === undefined ? 'true:alice' : 'introspection_unavailable';
      expect(await check({ issuer }), issuer).toBe(want);
    }
    const asked = provider.requests.length;
    expect(await check({ issuer: 'keyless' })).toBe('introspection_unavailable');
    expect(await check({ issuer: 'failing' })).toBe('introspection_unavailable');
    expect(await check({ issuer: 'failing' })).toBe('introspection_unavailable');
    expect(provider.requests).toHaveLength(asked);
    expect(provider.requests.map(({ path }) => path)).not.toContain('/redirected');

    const log = await gateway.errorLog();
    for (const [issuer, reason] of [...wanted, ['keyless', 'the client secret is missing'] as const]) {
      if (reason !== undefined) expect(log).toContain(`cannot introspect tokens by ${issuer}: ${reason}`);
    }
    const hidden = [token, secret, 'hush', encodeURIComponent(secret), 'Basic '];
    for (const text of hidden) expect(log).not.toContain(text);
  });

  test('asks only a server whose certificate is verified', async () => {
    await withTemporaryFolder(async (folder) => {
      const { ca, leaves } = await makeCertificates(folder, ['issuer.test']);
      const { cert = '', key = '' } = leaves['issuer.test'] ?? {};
      const secure = await startIdentityProvider({ port: await freePort(), tls: { cert, key } });
      secure.setToken(token, { active: true, sub: 'alice' });
      try {
        const tls = 'scheme = "https",';
        gateway = await startAuthGateway({
          release,
          http: 'lua_ssl_trusted_certificate ca.pem; lua_ssl_verify_depth 3; init_by_lua_block { require("issuers") }',
          server,
          files: {
            'ca.pem': ca.cert,
            'lua/issuers.lua': issuersModule(secure.port, {
              right: `${tls} server_name = "issuer.test"`,
              wrong: `${tls} server_name = "other.test"`,
            }),
          },
        });
        expect(await check({ issuer: 'wrong' })).toBe('introspection_unavailable');
        expect(secure.requests).toEqual([]);
        expect(await check({ issuer: 'right' })).toBe('true:alice');
        expect(await gateway.errorLog()).toContain('tokens by wrong: TLS: certificate ');
      } finally {
        await secure.stop();
      }
    });
  });
});
