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
import { makeSigningKey, type SigningKey } from './signing-key.ts';

const first = makeSigningKey('ES256', { kid: 'first', use: 'sig', alg: 'ES256' });
const second = makeSigningKey('ES256', { kid: 'second' });
const third = makeSigningKey('ES256', { kid: 'third', key_ops: ['verify'] });
const rsa = makeSigningKey('RS256', { kid: 'rsa', alg: 'RS256' });

/** As lua/sets.lua: instances by name, made in init_by_lua as the gateway does. */
function setsModule(
  port: number,
  sets: Readonly<Record<string, string>>,
  texts: Readonly<Record<string, string>> = {},
) {
  const lines = Object.entries(sets).map(
    ([name, options]) =>
      `_M["${name}"] = jwks.new { name = "${name}", scheme = "http", host = "127.0.0.1", port = ${port}, path = "/jwks",
        timeout = 5000, ${options} }`,
  );
  const inline = Object.entries(texts).map(
    ([name, text]) => `_M["${name}"] = jwks.new { name = "${name}", text = [==[${text}]==] }`,
  );
  return ['local jwks, _M = require "openclaw.callers.jwks", {}', ...lines, ...inline, 'return _M'].join('\n');
}

/** In ms: short where it is what ends the request. */
function timeoutFor(behaviour: ProviderBehaviour): number {
  return ['slow', 'hang'].includes(behaviour) ? 500 : 5000;
}

/** Verifies the signature of a text as a token's would be, in the phase that does so in a gateway. */
const server = `location /verify {
  rewrite_by_lua_block {
    local headers = ngx.req.get_headers()
    local algorithm = headers.algorithm
    local key, reason = require("openclaw.callers.jwks").find(require("sets")[headers.set], headers.kid, algorithm)
    local result = reason
    if key then
      local signature = ngx.decode_base64(headers.signature)
      local valid = require("openclaw.callers.public_key").verify(key, algorithm, "text", signature)
      result = valid and "valid" or "invalid"
    end
    ngx.say(ngx.worker.id(), " ", result)
    ngx.exit(200)
  }
}
location /cannot-wait {
  return 200 "";
  header_filter_by_lua_block {
    ngx.header.result = select(2, require("openclaw.callers.jwks").find(require("sets").main, "first", "ES256")) or "found"
  }
}`;

interface Result {
  readonly worker: string;
  readonly result: string;
}

// The releases beside each other, as their tests wait most of the time.
describe.concurrent.each(nginxReleases)('key sets on nginx %s', (release) => {
  let provider: IdentityProvider;
  let gateway: AuthGateway;

  beforeEach(async () => {
    provider = await startIdentityProvider({ port: await freePort() });
    provider.setKeys([first.jwk]);
  });
  afterEach(() => Promise.all([gateway?.stop(), provider.stop()]));

  async function start(sets: Readonly<Record<string, string>>, texts: Readonly<Record<string, string>> = {}) {
    gateway = await startAuthGateway({
      release,
      workers: 2,
      http: 'init_by_lua_block { require("sets") }',
      server,
      files: { 'lua/sets.lua': setsModule(provider.port, sets, texts) },
    });
  }

  interface Token {
    readonly set?: string;
    readonly kid?: string;
    readonly algorithm?: string;
  }

  async function verifyOn(key: SigningKey, token: Token): Promise<Result> {
    const headers = { set: 'main', algorithm: 'ES256', signature: key.sign('text'), connection: 'close', ...token };
    const text = await (await fetch(`${gateway.url}/verify`, { headers })).text();
    const [worker = '', result = ''] = text.trim().split(' ');
    return { worker, result };
  }

  async function verify(key: SigningKey, token: Token = {}): Promise<string> {
    return (await verifyOn(key, token)).result;
  }

  /** The results of many requests at once, each of them once; both workers must have had some. */
  async function verifyOnBoth(key: SigningKey, token: Token = {}): Promise<string[]> {
    const all = await Promise.all(Array.from({ length: 40 }, () => verifyOn(key, token)));
    expect(new Set(all.map(({ worker }) => worker)).size).toBe(2);
    return [...new Set(all.map(({ result }) => result))];
  }

  function warnings(log: string): string[] {
    return log.split('\n').filter((line) => line.includes('[warn]') && line.includes('openclaw: '));
  }

  test.sequential('are fetched at the first need, once for all workers and requests, which wait for it', async () => {
    await start({ main: '' });
    provider.behave('late');
    expect(provider.requests).toEqual([]);
    expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['valid']);
    expect(await verifyOnBoth(second, { kid: 'first' })).toEqual(['invalid']);
    expect(provider.requests).toMatchObject([{ method: 'GET', path: '/jwks' }]);
    expect(warnings(await gateway.errorLog())).toEqual([]);
  });

  test.sequential('are not fetched more than once per floor, however many unknown keys are named', async () => {
    await start({ main: 'floor = 3' });
    const started = Date.now();
    expect(await verify(first, { kid: 'first' })).toBe('valid');
    for (let index = 0; Date.now() - started < 1500; index += 1) {
      expect(await verifyOnBoth(second, { kid: `unknown-${index}` })).toEqual(['unknown_key']);
    }
    const fetched = provider.requests.length;
    expect(fetched).toBeLessThanOrEqual(1 + Math.floor((Date.now() - started) / 3_000));
    await sleep(3_000);
    expect(await verifyOnBoth(second, { kid: 'unknown' })).toEqual(['unknown_key']);
    expect(provider.requests).toHaveLength(fetched + 1);
    expect(await verify(first, { kid: 'first' })).toBe('valid');
  });

  test.sequential('follow a rotation: the first token of a new key works, a withdrawn key stops in every worker', async () => {
    await start({ main: 'floor = 0.5' });
    expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['valid']);
    provider.setKeys([second.jwk]);
    await sleep(600);
    expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['valid']);
    expect(await verify(second, { kid: 'second' })).toBe('valid');
    expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['unknown_key']);
    expect(await verifyOnBoth(second, { kid: 'second' })).toEqual(['valid']);
  });

  test.sequential('are fetched again when they are old, while the old ones are used', async ({ expect }) => {
    await start({ main: 'floor = 1, max_age = 1' });
    expect(await verify(first, { kid: 'first' })).toBe('valid');
    provider.setKeys([second.jwk]);
    provider.behave('late');
    await sleep(1100);
    // Who waited for the new set would find the key gone.
    expect(await verify(first, { kid: 'first' })).toBe('valid');
    await expect.poll(() => verifyOnBoth(first, { kid: 'first' }), { timeout: 10_000 }).toEqual(['unknown_key']);
    expect(await verifyOnBoth(second, { kid: 'second' })).toEqual(['valid']);
  });

  test.sequential('are used for as long as there are no others, and each failure is told once per floor', async ({
    expect,
  }) => {
    const floor = 2_000;
    await start({ main: 'timeout = 2000, floor = 2, max_age = 0.5, path = "/jwks?secret=of-the-url"' });
    expect(await verify(first, { kid: 'first' })).toBe('valid');
    const failures: [ProviderBehaviour | 'refuse', string][] = [
      ['refuse', 'connection refused'],
      ['not-json', 'not a key set: unexpected character at byte 1'],
      ['hang', 'timeout'],
    ];
    for (const [behaviour, reason] of failures) {
      if (behaviour === 'refuse') await provider.refuse();
      else provider.behave(behaviour);
      const told = async () => warnings(await gateway.errorLog()).filter((line) => line.includes(`main: ${reason};`));
      let untold = Date.now();
      const isTold = async () => {
        const asked = Date.now();
        expect(await verify(first, { kid: 'first' })).toBe('valid');
        if ((await told()).length > 0) return true;
        untold = asked;
        return false;
      };
      await expect.poll(isTold, { timeout: 20_000, interval: 10 }).toBe(true);
      const until = Date.now() + 800;
      while (Date.now() < until) expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['valid']);
      const lines = await told();
      expect(lines.length).toBeLessThanOrEqual(1 + Math.floor((Date.now() - untold) / floor));
      if (behaviour === 'refuse') await provider.accept();
      expect(lines[0]).toContain(`openclaw: cannot fetch the keys of main: ${reason}; keeping those known so far`);
    }
    provider.behave('answer');
    provider.setKeys([second.jwk]);
    await expect.poll(() => verifyOnBoth(first, { kid: 'first' }), { timeout: 10_000 }).toEqual(['unknown_key']);
    expect(await gateway.errorLog()).not.toContain('of-the-url');
  });

  test.sequential('that arrive whole are taken, whatever the framing; all other answers are none', async () => {
    const wanted: [ProviderBehaviour, string | undefined][] = [
      ['chunked', undefined],
      ['until-close', undefined],
      ['late', undefined],
      ['error', 'status 500'],
      ['redirect', 'redirected (status 307)'],
      ['not-json', 'not a key set'],
      ['truncated', 'the answer ended early'],
      ['huge', 'the answer is larger than 262144 bytes'],
      ['slow', 'timeout'],
      ['hang', 'timeout'],
      ['reset', 'connection reset by peer'],
    ];
    const sets = wanted.map(
      ([name]) => [name, `timeout = ${timeoutFor(name)}, path = "/jwks?behave=${name}"`] as const,
    );
    await start(Object.fromEntries(sets));
    for (const [set, reason] of wanted) {
      expect(await verify(first, { set, kid: 'first' }), set).toBe(reason === undefined ? 'valid' : 'keys_unavailable');
    }
    const log = warnings(await gateway.errorLog());
    for (const [set, reason] of wanted) {
      const told = log.filter((line) => line.includes(`cannot fetch the keys of ${set}: `));
      expect(told, set).toHaveLength(reason === undefined ? 0 : 1);
      if (reason !== undefined) expect(told[0]).toContain(`: ${reason}`);
    }
    expect(provider.requests.map(({ path }) => path)).not.toContain('/redirected');
  });

  test.sequential('that are unavailable are asked for again before long, not with every request', async ({
    expect,
  }) => {
    await start({ main: 'floor = 30' });
    await provider.refuse();
    const started = Date.now();
    while (Date.now() - started < 3_000) {
      expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['keys_unavailable']);
    }
    expect(warnings(await gateway.errorLog())).toHaveLength(1);
    provider.behave('error');
    await provider.accept();
    const asked = () => verify(first, { kid: 'first' }).then(() => provider.requests.length);
    await expect.poll(asked, { timeout: 10_000 }).toBe(1);
    expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['keys_unavailable']);
    provider.behave('answer');
    await expect.poll(() => verify(first, { kid: 'first' }), { timeout: 10_000 }).toBe('valid');
    expect(provider.requests).toHaveLength(2);
    expect(warnings(await gateway.errorLog())).toHaveLength(1);
  });

  test.sequential.each([
    ['without any key', []],
    ['of keys for encryption', [{ ...first.jwk, use: 'enc' }]],
    ['of keys that sign only', [{ ...first.jwk, key_ops: ['sign'] }]],
    ['of symmetric keys', [{ kty: 'oct', k: 'c2VjcmV0', kid: 'first' }]],
    ['of broken keys', [{ ...first.jwk, x: 'AAAA' }]],
  ])('%s replace none', async (_, keys) => {
    await start({ main: 'floor = 0.5' });
    expect(await verify(first, { kid: 'first' })).toBe('valid');
    provider.setKeys(keys);
    await sleep(600);
    expect(await verify(second, { kid: 'second' })).toBe('unknown_key');
    expect(provider.requests).toHaveLength(2);
    expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['valid']);
    expect(await gateway.errorLog()).toContain('cannot fetch the keys of main: the set has no usable key');
  });

  test.sequential('offer only keys that fit, and only one without a key id', async () => {
    const encryption = { ...second.jwk, kid: 'encryption', use: 'enc' };
    const broken = { ...second.jwk, kid: 'broken', x: 'AAAA' };
    provider.setKeys([encryption, broken, first.jwk, rsa.jwk]);
    await start({ main: 'floor = 4' });
    expect(await verify(first)).toBe('valid');
    expect(await verify(rsa, { algorithm: 'RS256' })).toBe('valid');
    for (const token of [
      { kid: 'first', algorithm: 'RS256' },
      { kid: 'rsa' },
      { kid: 'rsa', algorithm: 'PS256' },
      { algorithm: 'PS256' },
      { kid: 'encryption' },
      { kid: 'broken' },
      { kid: 'First' },
      { kid: 'first', algorithm: 'HS256' },
      { algorithm: 'none' },
    ]) {
      expect(await verify(first, token), JSON.stringify(token)).toBe('unknown_key');
    }
    const told = warnings(await gateway.errorLog());
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('openclaw: keys of main: 1 of 4 keys cannot be used, the first ');

    provider.setKeys([first.jwk, third.jwk]);
    await sleep(4_100);
    expect(await verify(first, { algorithm: 'none' })).toBe('unknown_key');
    expect(provider.requests).toHaveLength(1);
    expect(await verify(third, { kid: 'third' })).toBe('valid');
    expect(await verify(third, { kid: 'third', algorithm: 'RS256' })).toBe('unknown_key');
    expect(await verify(first)).toBe('unknown_key');
    expect(await verify(first, { kid: 'first' })).toBe('valid');
  });

  test.sequential('are not fetched where nginx cannot wait, but used', async () => {
    await start({ main: '' });
    const ask = async () => (await fetch(`${gateway.url}/cannot-wait`)).headers.get('result');
    expect(await ask()).toBe('keys_unavailable');
    expect(await verify(first, { kid: 'first' })).toBe('valid');
    expect(await ask()).toBe('found');
    expect(await gateway.errorLog()).not.toContain('[error]');
  });

  test.sequential('given as a text are never fetched', async () => {
    const texts = { inline: JSON.stringify({ keys: [first.jwk] }), wrong: '{"keys":[]}' };
    await start({}, texts);
    expect(await verifyOnBoth(first, { set: 'inline', kid: 'first' })).toEqual(['valid']);
    expect(await verify(second, { set: 'inline', kid: 'second' })).toBe('unknown_key');
    expect(await verify(first, { set: 'wrong', kid: 'first' })).toBe('keys_unavailable');
    expect(provider.requests).toEqual([]);
  });

  test.sequential('of another URL are others, also after a reload', async ({ expect }) => {
    await start({ main: '' });
    expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['valid']);
    provider.setKeys([second.jwk]);
    await writeFile(
      join(gateway.prefix, 'lua/sets.lua'),
      setsModule(provider.port, { main: 'path = "/jwks?of=another"' }),
    );
    await gateway.reload();
    await expect.poll(() => verify(second, { kid: 'second' }), { timeout: 10_000 }).toBe('valid');
    await expect.poll(() => verifyOnBoth(first, { kid: 'first' }), { timeout: 10_000 }).toEqual(['unknown_key']);
  });

  test.sequential('outlive a reload', async () => {
    await start({ main: '' });
    expect(await verify(first, { kid: 'first' })).toBe('valid');
    await provider.refuse();
    await gateway.reload();
    expect(await verifyOnBoth(first, { kid: 'first' })).toEqual(['valid']);
  });

  test.sequential('come from a server whose certificate is verified', async () => {
    await withTemporaryFolder(async (folder) => {
      const { ca, leaves } = await makeCertificates(folder, ['issuer.test']);
      const { cert = '', key = '' } = leaves['issuer.test'] ?? {};
      const secure = await startIdentityProvider({ port: await freePort(), tls: { cert, key } });
      secure.setKeys([first.jwk]);
      try {
        const tls = `scheme = "https", port = ${secure.port},`;
        gateway = await startAuthGateway({
          release,
          http: 'lua_ssl_trusted_certificate ca.pem; lua_ssl_verify_depth 3; init_by_lua_block { require("sets") }',
          server,
          files: {
            'ca.pem': ca.cert,
            'lua/sets.lua': setsModule(0, {
              right: `${tls} server_name = "issuer.test"`,
              wrong: `${tls} server_name = "other.test"`,
            }),
          },
        });
        expect(await verify(first, { set: 'wrong', kid: 'first' })).toBe('keys_unavailable');
        expect(secure.requests).toEqual([]);
        expect(await verify(first, { set: 'right', kid: 'first' })).toBe('valid');
        expect(await gateway.errorLog()).toContain('the keys of wrong: TLS: certificate ');
      } finally {
        await secure.stop();
      }
    });
  });
});
