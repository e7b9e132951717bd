import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type JwtGateway, startJwtGateway, type VerifyOptions } from './jwt-gateway.ts';
import { ec, ed, jwks, rsa, secret } from './jwt-keys.ts';
import { luaValue } from './jwt-lua-value.ts';
import { a1, a2, a3, a5, ed25519, rfcKeys } from './jwt-rfc.ts';
import { type Algorithm, signToken, type TokenOptions } from './jwt-sign.ts';

const now = 1_800_000_000;
/** When the tokens of the RFCs were valid: their `exp` is 1300819380. */
const then = 1_300_819_379;

type Claims = Readonly<Record<string, unknown>>;

const signers: [Algorithm, kid: string, key: TokenOptions['key']][] = [
  ['HS256', 'oct', secret],
  ['RS256', 'rsa', rsa.privateKey],
  ['PS256', 'rsa', rsa.privateKey],
  ['ES256', 'ec', ec.privateKey],
  ['EdDSA', 'ed', ed.privateKey],
];

const nested = {
  realm_access: { roles: ['chat', 'embed'], level: 2 },
  'realm_access.roles': 'literal',
  'https://a.example/claims.v1': { teams: { red: true } },
  'a.b': { c: 'far' },
  a: { b: { c: 'near', d: 'only near' }, 'b.d': 'longer' },
  list: [{ x: 1 }],
  none: null,
  'none.x': null,
  no: false,
  text: 'a text',
};

const times: [name: string, claims: Claims, options: VerifyOptions, want: string][] = [
  ['a second before its end', { exp: now + 1 }, {}, 'ok me'],
  ['at its end', { exp: now }, {}, 'expired'],
  ['within the leeway after its end', { exp: now - 29 }, { leeway: 30 }, 'ok me'],
  ['when the leeway is over', { exp: now - 30 }, { leeway: 30 }, 'expired'],
  ['at a fraction of a second before its end', { exp: now + 0.25 }, {}, 'ok me'],
  ['at its start', { exp: now + 9, nbf: now }, {}, 'ok me'],
  ['a second before its start', { exp: now + 9, nbf: now + 1 }, {}, 'not_yet_valid'],
  ['within the leeway before its start', { exp: now + 9, nbf: now + 30 }, { leeway: 30 }, 'ok me'],
  ['before the leeway before its start', { exp: now + 9, nbf: now + 31 }, { leeway: 30 }, 'not_yet_valid'],
  ['when it was issued', { exp: now + 9, iat: now }, {}, 'ok me'],
  ['before it was issued', { exp: now + 9, iat: now + 1 }, {}, 'issued_in_future'],
  ['within the leeway before it was issued', { exp: now + 9, iat: now + 30 }, { leeway: 30 }, 'ok me'],
  ['without an end', {}, {}, 'missing_claim'],
  ['without an end where that is allowed', {}, { require_expiry: false }, 'ok me'],
  ['after its end where none is required', { exp: now }, { require_expiry: false }, 'expired'],
];

const audiences: [name: string, claims: Claims, options: VerifyOptions, want: string][] = [
  ['one audience', { aud: 'gateway' }, { audience: ['gateway'] }, 'ok me'],
  ['one of ours', { aud: 'b' }, { audience: ['a', 'b'] }, 'ok me'],
  ['one of its own', { aud: ['x', 'gateway', 'y'] }, { audience: ['gateway'] }, 'ok me'],
  ['none of ours', { aud: ['x'] }, { audience: ['a', 'b'] }, 'wrong_audience'],
  ['any audience where we name none', { aud: ['x'] }, {}, 'ok me'],
  ['any audience where we accept none', { aud: 'gateway' }, { audience: [] }, 'wrong_audience'],
  ['our issuer', { iss: 'https://a.example' }, { issuer: 'https://a.example' }, 'ok me'],
  ['another issuer where we name none', { iss: 'https://b.example' }, {}, 'ok me'],
];

const required: [name: string, claims: Claims, name: string, values: string[] | undefined, want: string][] = [
  ['it is there', { tenant: 'a' }, 'tenant', undefined, 'ok me'],
  ['it is there as false', { tenant: false }, 'tenant', undefined, 'ok me'],
  ['it is not there', {}, 'tenant', undefined, 'missing_claim'],
  ['it is null', { tenant: null }, 'tenant', undefined, 'missing_claim'],
  ['it is not there and has to have a value', {}, 'tenant', ['a'], 'missing_claim'],
  ['a string is one of the values', { tenant: 'b' }, 'tenant', ['a', 'b'], 'ok me'],
  ['a string is none of them', { tenant: 'c' }, 'tenant', ['a', 'b'], 'wrong_claim'],
  ['a string holds one of them', { tenant: 'ab' }, 'tenant', ['a', 'b'], 'wrong_claim'],
  ['a string differs in case', { tenant: 'A' }, 'tenant', ['a'], 'wrong_claim'],
  ['a scope has one of them', { scope: 'embed chat' }, 'scope', ['chat'], 'ok me'],
  ['a scope has none of them', { scope: 'chats chat:read' }, 'scope', ['chat'], 'wrong_claim'],
  ['an empty scope', { scope: '' }, 'scope', ['chat'], 'wrong_claim'],
  ['a nested scp has one of them', { app: { scp: 'embed chat' } }, 'app.scp', ['chat'], 'ok me'],
  ['a scope is an array', { scope: ['chat'] }, 'scope', ['chat'], 'ok me'],
  ['prose has one of them as a word', { nickname: 'the admin' }, 'nickname', ['admin'], 'wrong_claim'],
  ['an array has one of them', { roles: ['x', 'chat'] }, 'roles', ['chat'], 'ok me'],
  ['an array has one of them as a word', { roles: ['x chat'] }, 'roles', ['chat'], 'wrong_claim'],
  ['an array has one of them in an array', { roles: [['chat']] }, 'roles', ['chat'], 'wrong_claim'],
  ['an empty array', { roles: [] }, 'roles', ['chat'], 'wrong_claim'],
  ['an object has one of them as a name', { roles: { chat: true } }, 'roles', ['chat'], 'wrong_claim'],
  ['true', { email_verified: true }, 'email_verified', ['true'], 'ok me'],
  ['false', { email_verified: false }, 'email_verified', ['true'], 'wrong_claim'],
  ['false is wanted', { disabled: false }, 'disabled', ['false'], 'ok me'],
  ['an integer', { level: 3 }, 'level', ['2', '3'], 'ok me'],
  ['an integer in an array', { level: [1, 3] }, 'level', ['3'], 'ok me'],
  ['a large integer', { id: 1_234_567_890_123_456 }, 'id', ['1234567890123456'], 'ok me'],
  ['an integer that doubles confuse', { id: 2 ** 53 }, 'id', ['9007199254740992'], 'wrong_claim'],
  ['a fraction', { level: 1.5 }, 'level', ['1.5'], 'ok me'],
  ['the empty list of values', { tenant: 'a' }, 'tenant', [], 'wrong_claim'],
];

const lookups: [name: string, want: string][] = [
  ['realm_access.roles', 'literal'],
  ['realm_access.level', '2'],
  ['https://a.example/claims.v1.teams.red', 'true'],
  ['a.b.c', 'far'],
  ['a.b.d', 'longer'],
  ['a.b', 'table'],
  ['list.1', 'nil'],
  ['list.1.x', 'nil'],
  ['none', 'nil'],
  ['none.x', 'nil'],
  ['none.y', 'nil'],
  ['text.len', 'nil'],
  ['no', 'false'],
  ['no.x', 'nil'],
  ['a.', 'nil'],
  ['.a', 'nil'],
  ['a..b', 'nil'],
  ['__index', 'nil'],
  ['', 'nil'],
];

describe.each(nginxReleases)('JSON Web Tokens on nginx %s', (release) => {
  let gateway: JwtGateway;

  beforeAll(async () => {
    gateway = await startJwtGateway(release, [...jwks, ...rfcKeys]);
  });
  afterAll(() => gateway?.stop());

  function verifyClaims(claims: Claims, options: VerifyOptions): Promise<string> {
    const token = signToken({ algorithm: 'HS256', key: secret, claims: { sub: 'me', ...claims } });
    return gateway.verify(token, { algorithms: ['HS256'], key: 'oct', now, ...options });
  }

  test.each([
    ['RFC 7515 A.1 and RFC 7519 3.1 (HS256)', a1, 'a1', 'HS256'],
    ['RFC 7515 A.2 (RS256)', a2, 'a2', 'RS256'],
    ['RFC 7515 A.3 (ES256)', a3, 'a3', 'ES256'],
  ])('verifies the token of %s', async (_, token, key, algorithm) => {
    const options = { key, algorithms: [algorithm], issuer: 'joe', now: then };
    expect(await gateway.verify(token, options)).toBe('ok nil');
    expect(await gateway.verify(token, { ...options, now: then + 1 })).toBe('expired');
    expect(await gateway.verify(token, { ...options, issuer: 'jane' })).toBe('wrong_issuer');
    const wrong = token.replace('.eyJpc3MiOiJqb2Ui', '.eyJpc3MiOiJqb2Yi');
    expect(await gateway.verify(wrong, options)).toBe('bad_signature');
  });

  test('refuses the unsecured token of RFC 7515 A.5, whatever is allowed', async () => {
    for (const algorithms of [[], ['none'], ['none', 'HS256', 'RS256', 'PS256', 'ES256', 'EdDSA']]) {
      expect(await gateway.verify(a5, { key: 'a1', algorithms, now: then })).toBe('algorithm_not_allowed');
    }
  });

  test('verifies the Ed25519 signature of RFC 8037 A.4, whose payload is no claims', async () => {
    const { jwk, signed, signature } = ed25519;
    const verify = (data: string) =>
      gateway.run(`local key = public_key.from_jwk(json.decode(${luaValue(JSON.stringify(jwk))}))
        return public_key.verify(key, "EdDSA", ${luaValue(data)}, base64url.decode("${signature}"))`);
    expect(await verify(signed)).toBe('true');
    expect(await verify(`${signed}A`)).toBe('false');
    const token = `${signed}.${signature}`;
    expect(await gateway.verify(token, { key: 'a4', algorithms: ['EdDSA'] })).toBe('malformed');
  });

  test.each(signers)('verifies what node signs by %s', async (algorithm, kid, key) => {
    const claims = { sub: 'me', exp: now + 60 };
    const token = signToken({ algorithm, key, header: { kid, typ: 'JWT' }, claims });
    expect(await gateway.verify(token, { algorithms: [algorithm], now })).toBe('ok me');
    expect(await gateway.verify(token, { algorithms: ['none'], now })).toBe('algorithm_not_allowed');
    const other = signToken({ algorithm, key, header: { kid, typ: 'JWT' }, claims: { ...claims, sub: 'root' } });
    const swapped = [...other.split('.').slice(0, 2), token.split('.')[2]].join('.');
    expect(await gateway.verify(swapped, { algorithms: [algorithm], now })).toBe('bad_signature');
  });

  test('verifies ECDSA signatures whose numbers are short or have the top bit set', async () => {
    const shapes = new Set<string>();
    const wanted = ['short r', 'short s', 'long r', 'long s'];
    for (let jti = 0; !wanted.every((shape) => shapes.has(shape)); jti++) {
      const token = signToken({ algorithm: 'ES256', key: ec.privateKey, claims: { sub: 'me', jti, exp: now + 60 } });
      const signature = Buffer.from(token.split('.')[2] ?? '', 'base64url');
      const found = [signature[0] ?? 0, signature[32] ?? 0].map((first, index) => {
        const size = first === 0 ? 'short' : first >= 0x80 ? 'long' : 'plain';
        return `${size} ${index === 0 ? 'r' : 's'}`;
      });
      if (found.every((shape) => shapes.has(shape))) continue;
      for (const shape of found) shapes.add(shape);
      expect(await gateway.verify(token, { algorithms: ['ES256'], key: 'ec', now })).toBe('ok me');
    }
  });

  test.each(times)('judges one %s', async (_, claims, options, want) => {
    expect(await verifyClaims(claims, options)).toBe(want);
  });

  test('takes the time of nginx when none is given', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const verify = (exp: number) =>
      gateway.verify(signToken({ algorithm: 'HS256', key: secret, claims: { exp } }), {
        algorithms: ['HS256'],
        key: 'oct',
      });
    expect(await verify(seconds + 60)).toBe('ok nil');
    expect(await verify(seconds - 60)).toBe('expired');
  });

  test.each(audiences)('judges one for %s', async (_, claims, options, want) => {
    expect(await verifyClaims({ exp: now + 60, ...claims }, options)).toBe(want);
  });

  test.each(required)('judges a required claim: %s', async (_, claims, name, values, want) => {
    const wanted = values ? { name, values } : { name };
    expect(await verifyClaims({ exp: now + 60, ...claims }, { required: [wanted] })).toBe(want);
  });

  test('asks for every required claim', async () => {
    const options = { required: [{ name: 'a' }, { name: 'b', values: ['1'] }] };
    expect(await verifyClaims({ exp: now + 60, a: 1, b: 1 }, options)).toBe('ok me');
    expect(await verifyClaims({ exp: now + 60, a: 1 }, options)).toBe('missing_claim');
    expect(await verifyClaims({ exp: now + 60, b: 1 }, options)).toBe('missing_claim');
  });

  test.each(lookups)('finds the claim `%s`', async (name, want) => {
    const chunk = `local value = jwt.claim(json.decode(${luaValue(JSON.stringify(nested))}), ${luaValue(name)})
      return type(value) == "table" and "table" or tostring(value)`;
    expect(await gateway.run(chunk)).toBe(want);
  });

  test('takes its type in any case, and with or without `application/`', async () => {
    for (const typ of ['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'application/JWT', undefined]) {
      const claims = { sub: 'me', exp: now + 60 };
      const token = signToken({ algorithm: 'HS256', key: secret, header: { typ }, claims });
      expect([typ, await gateway.verify(token, { algorithms: ['HS256'], key: 'oct', now })]).toEqual([typ, 'ok me']);
    }
  });

  test('passes on why there is no key', async () => {
    const token = signToken({ algorithm: 'HS256', key: secret, header: { kid: 'new' }, claims: {} });
    const options = { algorithms: ['HS256'], now };
    expect(await gateway.verify(token, options)).toBe('unknown_key');
    expect(await gateway.verify(token, { ...options, unknown: 'keys_unavailable' })).toBe('keys_unavailable');
  });

  test('gives the header and the claims with their types', async () => {
    const claims = { exp: now + 60, roles: [], extra: {}, none: null };
    const token = signToken({ algorithm: 'HS256', key: secret, header: { kid: 'k' }, claims });
    const chunk = `local claims, header = jwt.verify("${token}", { algorithms = { HS256 = true }, now = ${now},
        find_key = function(kid, algorithm, header)
          return kid == "k" and algorithm == "HS256" and header.kid == "k"
            and { kind = "oct", secret = ${luaValue(secret)} }
        end })
      return header.kid .. " " .. claims.exp .. " " .. tostring(json.is_array(claims.roles))
        .. tostring(json.is_array(claims.extra)) .. tostring(claims.none == json.null)`;
    expect(await gateway.run(chunk)).toBe(`k ${now + 60} truefalsetrue`);
  });
});
