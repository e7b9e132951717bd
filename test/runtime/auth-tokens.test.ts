import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { exchange, type Gateway, startGateway } from '../helpers/gateway.ts';
import { sendBytes } from '../helpers/http/send-bytes.ts';
import { hashOf } from '../helpers/keys.ts';
import { type MockModelServer, startMockModelServer } from '../helpers/mock-model-server.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { type IdentityProvider, startIdentityProvider } from '../lua/callers/identity-provider.ts';
import { type Algorithm, signToken } from '../lua/callers/jwt-sign.ts';

const issuer = 'https://login.example.com/';
const audience = 'llm-gateway';
const sharedSecret = 'a-shared-secret-of-more-than-32-bytes-0123456789';
const shortSecret = 'only-twenty-bytes-xx';
const clientSecret = 'introspection-client-secret-77aa';
const appKey = 'oc-tokens-app-0123456789abcdef0';
const provider = { COMMON: 'sk-tokens-common-0001', GOLD: 'sk-tokens-gold-0002' };

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwkOf = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' });

const fillers = Array.from({ length: 120 }, (_, at) => [`X-F-${at}`, 'x'] as const);
const seconds = () => Math.floor(Date.now() / 1000);
const goodClaims = () => ({
  iss: issuer,
  aud: audience,
  sub: 'ann',
  plan: 'gold',
  scope: 'chat read',
  exp: seconds() + 600,
});

let upstream: MockModelServer;
let identity: IdentityProvider;
beforeAll(async () => {
  upstream = await startMockModelServer();
  identity = await startIdentityProvider({ port: await freePort() });
  identity.setKeys([jwkOf(rsa.publicKey, 'r1'), jwkOf(ec.publicKey, 'e1')]);
});
afterAll(async () => {
  await upstream.close();
  await identity.stop();
});

function token(
  options: {
    claims?: object;
    algorithm?: Algorithm;
    key?: KeyObject | string;
    header?: Readonly<Record<string, unknown>>;
  } = {},
): string {
  const { claims = goodClaims(), algorithm = 'RS256', key = rsa.privateKey, header = { kid: 'r1' } } = options;
  return signToken({ algorithm, key, header, claims: { ...claims } });
}

describe.each(nginxReleases)('tokens on nginx %s', (release) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const port = await freePort();
    const base = `http://127.0.0.1:${identity.port}`;
    gateway = await startGateway({
      release,
      ports: [port],
      secrets: [appKey, sharedSecret, clientSecret],
      env: { ...provider, JWT_SECRET: sharedSecret, SHORT_SECRET: shortSecret, SSO_SECRET: clientSecret },
      files: {
        'ed.pem': ed.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        'set.json': JSON.stringify({ keys: [jwkOf(ec.publicKey, 'e1')] }),
      },
      spec: `
version: 1
server:
  listen: { http: "127.0.0.1:${port}" }
jwt:
  platform:
    keys: { url: "${base}/jwks", min_refresh: 1s, timeout: 2s }
    issuer: ${issuer}
    audience: [${audience}, other]
    tier: plan
    require: { scope: chat }
  shared:
    keys: { secret: env:JWT_SECRET }
    from: [header X-Token, bearer]
    audience: ${audience}
  short: { keys: { secret: env:SHORT_SECRET }, audience: ${audience} }
  signed: { keys: { file: ed.pem }, algorithms: EdDSA, audience: ${audience}, issuer: "${issuer}" }
  listed: { keys: { file: set.json }, algorithms: ES256, audience: ${audience}, issuer: "${issuer}" }
  inline:
    algorithms: [PS256]
    audience: ${audience}
    issuer: ${issuer}
    keys:
      public_key: |
${rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString().replace(/^/gm, '        ')}
introspection:
  sso:
    url: ${base}/introspect
    client_id: gateway
    client_secret: env:SSO_SECRET
    cache: 1s
    timeout: 2s
    client: username
    tier: plan
    require: { scope: chat }
key_maps:
  apps: { clients: [{ id: app, key: "${hashOf(appKey)}" }] }
upstreams:
  llm:
    servers: ["127.0.0.1:${upstream.port}"]
    credential: { from: env:COMMON, for: [{ tier: gold, from: env:GOLD }] }
routes:
  - { name: platform, path: /platform/, upstream: llm, auth: platform }
  - { name: shared, path: /shared/, upstream: llm, auth: shared }
  - { name: short, path: /short/, upstream: llm, auth: short }
  - { name: signed, path: /signed/, upstream: llm, auth: signed }
  - { name: listed, path: /listed/, upstream: llm, auth: listed }
  - { name: inline, path: /inline/, upstream: llm, auth: inline }
  - { name: sso, path: /sso/, upstream: llm, auth: sso, api: anthropic }
  - { name: any, path: /any/, upstream: llm, auth: [apps, platform, sso] }
`,
    });
  });
  afterAll(() => gateway.stop());

  const ask = (path: string, given: string, header = 'Authorization') =>
    exchange(gateway, upstream, {
      path,
      headers: { [header]: header === 'Authorization' ? `Bearer ${given}` : given },
    });
  const statusOf = async (path: string, given: string, header?: string) =>
    (await ask(path, given, header)).response.status;

  test('a good token gets in; the upstream gets the provider’s key of its tier and never the token', async () => {
    const given = token();
    const { response, received } = await ask('/platform/x', given);
    expect(response.status).toBe(200);
    expect(received?.headers.authorization).toBe(`Bearer ${provider.GOLD}`);
    expect(JSON.stringify(received?.rawHeaders)).not.toContain(given.split('.')[2]);
    await gateway.logged((line) => line.client_id === 'ann' && line.status === 200);
  });

  test('keys from a set, a file, the spec and a secret; ES256, EdDSA, PS256 and HS256', async () => {
    expect(
      await statusOf('/platform/x', token({ algorithm: 'ES256', key: ec.privateKey, header: { kid: 'e1' } })),
    ).toBe(200);
    expect(await statusOf('/signed/x', token({ algorithm: 'EdDSA', key: ed.privateKey }))).toBe(200);
    expect(await statusOf('/listed/x', token({ algorithm: 'ES256', key: ec.privateKey, header: { kid: 'e1' } }))).toBe(
      200,
    );
    expect(await statusOf('/inline/x', token({ algorithm: 'PS256' }))).toBe(200);
    expect(await statusOf('/shared/x', token({ algorithm: 'HS256', key: sharedSecret }), 'X-Token')).toBe(200);
    expect(await statusOf('/shared/x', token({ algorithm: 'HS256', key: sharedSecret }))).toBe(200);
  });

  test.each<[name: string, given: () => string]>([
    ['nothing that is a token', () => 'not-a-token'],
    ['an expired token', () => token({ claims: { ...goodClaims(), exp: seconds() - 60 } })],
    ['a token of the future', () => token({ claims: { ...goodClaims(), nbf: seconds() + 120 } })],
    ['a token without an end', () => token({ claims: { ...goodClaims(), exp: undefined } })],
    ['another issuer', () => token({ claims: { ...goodClaims(), iss: 'https://evil.example.com/' } })],
    ['another audience', () => token({ claims: { ...goodClaims(), aud: 'llm-gateway-2' } })],
    ['a missing scope', () => token({ claims: { ...goodClaims(), scope: 'read chats' } })],
    ['no subject', () => token({ claims: { ...goodClaims(), sub: undefined } })],
    ['a key of somebody else', () => token({ key: otherRsa.privateKey })],
    ['an unknown kid', () => token({ header: { kid: 'r9' } })],
    ['an algorithm that is not allowed', () => token({ algorithm: 'PS256' })],
    [
      'no signature at all',
      () =>
        `${token({ header: { alg: 'none' } })
          .split('.')
          .slice(0, 2)
          .join('.')}.`,
    ],
    [
      'the public key as a shared secret',
      () =>
        token({
          algorithm: 'HS256',
          key: rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
          header: { alg: 'HS256', kid: 'r1' },
        }),
    ],
    ['a token of 16 kB', () => token({ claims: { ...goodClaims(), pad: 'x'.repeat(9_000) } })],
  ])('refuses %s', async (_name, given) => {
    const { response, received } = await ask('/platform/x', given());
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toContain('Bearer');
    expect(received).toBeUndefined();
  });

  test.each<[name: string, headers: (given: string) => readonly (readonly [string, string])[], status: number]>([
    ['the header in capitals', (given) => [['AUTHORIZATION', `Bearer ${given}`]], 200],
    ['the scheme in other case', (given) => [['authorization', `bEARER ${given}`]], 200],
    ['blanks around it', (given) => [['Authorization', `  Bearer   ${given}  `]], 200],
    ['the 121st header', (given) => [...fillers, ['Authorization', `Bearer ${given}`]], 200],
    ['a token in other case', (given) => [['Authorization', `Bearer ${given.toUpperCase()}`]], 401],
    ['a token without its scheme', (given) => [['Authorization', given]], 401],
    ['a token where keys are', (given) => [['x-api-key', given]], 401],
    ['a token in a cookie', (given) => [['Cookie', `token=${given}; Authorization=Bearer ${given}`]], 401],
    ['a blank inside', (given) => [['Authorization', `Bearer ${given.slice(0, 9)} ${given.slice(9)}`]], 401],
    ['two tokens in one header', (given) => [['Authorization', `Bearer ${given}, Bearer ${given}`]], 401],
    ['nothing behind the scheme', () => [['Authorization', 'Bearer ']], 401],
  ])('%s', async (_name, headersOf, status) => {
    const opaque = `shape-${release}-0123456789abcdef`;
    identity.setToken(opaque, { active: true, username: 'bob', scope: 'chat' });
    for (const [path, given] of [
      ['/platform/x', token()],
      ['/sso/x', opaque],
    ] as const) {
      const { response, received } = await exchange(gateway, upstream, { path, headers: headersOf(given) });
      expect(response.status).toBe(status);
      expect(JSON.stringify(received?.rawHeaders ?? [])).not.toContain(given);
    }
  });

  test('two Authorization headers are refused, in either order', async () => {
    const given = token();
    const both = [
      ['Authorization', `Bearer ${given}`],
      ['Authorization', 'Bearer another'],
    ] as const;
    for (const headers of [both, [...both].reverse()]) {
      const { response, received } = await exchange(gateway, upstream, { path: '/platform/x', headers });
      expect(response.status).toBe(400);
      expect(received).toBeUndefined();
    }
  });

  test('a NUL in a token is refused before anything else', async () => {
    const answer = await sendBytes({
      port: gateway.port,
      bytes: `GET /platform/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token()}\0\r\n\r\n`,
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a secret that can be guessed verifies nothing, and the log says why', async () => {
    const { response, received } = await ask('/short/x', token({ algorithm: 'HS256', key: shortSecret }));
    expect(response.status).toBe(503);
    expect(received).toBeUndefined();
    expect(await gateway.errorLog()).toContain('openclaw: secret of short: is shorter than 32 bytes');
  });

  test('tells an expired token from a wrong one', async () => {
    const { response } = await ask('/platform/x', token({ claims: { ...goodClaims(), exp: seconds() - 60 } }));
    expect(response.json().error.code).toBe('expired_credential');
    expect((await ask('/platform/x', 'x.y.z')).response.json().error.code).toBe('invalid_credential');
  });

  test('clocks may differ by the leeway, not by more', async () => {
    expect(await statusOf('/platform/x', token({ claims: { ...goodClaims(), exp: seconds() - 10 } }))).toBe(200);
    expect(await statusOf('/platform/x', token({ claims: { ...goodClaims(), exp: seconds() - 35 } }))).toBe(401);
  });

  test('an opaque token is what its issuer says, until it says otherwise', async () => {
    const opaque = `opaque-${release}-0123456789abcdef`;
    identity.setToken(opaque, { active: true, username: 'bob', plan: 'gold', scope: 'chat' });
    const { response, received } = await ask('/sso/x', opaque);
    expect(response.status).toBe(200);
    expect(received?.headers.authorization).toBe(`Bearer ${provider.GOLD}`);
    await gateway.logged((line) => line.client_id === 'bob' && line.status === 200);
    const asked = identity.requests.filter((request) => request.path === '/introspect').at(-1);
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from(`gateway:${clientSecret}`).toString('base64')}`);
    identity.setToken(opaque, { active: false });
    await expect.poll(() => statusOf('/sso/x', opaque), { timeout: 5_000 }).toBe(401);
  });

  test('a token without the scope, and one nobody knows, are refused in the format of the API', async () => {
    identity.setToken(`weak-${release}`, { active: true, username: 'bob', scope: 'read' });
    for (const opaque of [`weak-${release}`, 'unknown-token']) {
      const { response, received } = await ask('/sso/x', opaque);
      expect(response.status).toBe(401);
      expect(response.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
      expect(received).toBeUndefined();
    }
  });

  test('an issuer that does not answer is 503, and lets nobody in', async () => {
    identity.behave('error');
    const { response, received } = await ask('/sso/x', `fresh-${release}-${Date.now()}`);
    identity.behave('answer');
    expect(response.status).toBe(503);
    expect(received).toBeUndefined();
  });

  test('a key, a signed token or an opaque one: any of the three', async () => {
    identity.setToken(`any-${release}`, { active: true, username: 'bob', scope: 'chat' });
    for (const given of [appKey, token(), `any-${release}`]) expect(await statusOf('/any/x', given)).toBe(200);
    expect(await statusOf('/any/x', 'oc-nothing')).toBe(401);
  });

  test('a new key of the issuer works at once, a withdrawn one no longer', async () => {
    const next = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    identity.setKeys([jwkOf(rsa.publicKey, 'r1'), jwkOf(next.publicKey, `n-${release}`)]);
    const signed = token({ algorithm: 'ES256', key: next.privateKey, header: { kid: `n-${release}` } });
    await expect.poll(() => statusOf('/platform/x', signed), { timeout: 5_000 }).toBe(200);
    const withdrawn = token({ algorithm: 'ES256', key: ec.privateKey, header: { kid: 'e1' } });
    expect(await statusOf('/platform/x', withdrawn)).toBe(401);
    identity.setKeys([jwkOf(rsa.publicKey, 'r1'), jwkOf(ec.publicKey, 'e1')]);
  });

  test('no token, secret or key is in any log', async () => {
    const logs = (await gateway.accessLog()) + (await gateway.errorLog());
    for (const secret of [sharedSecret, clientSecret, appKey, ...Object.values(provider), 'eyJ', 'opaque-', 'weak-'])
      expect(logs).not.toContain(secret);
  });
});
