import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type JwtGateway, startJwtGateway } from './jwt-gateway.ts';
import { ec, ecKoblitz, ecLarge, ed, publicJwk, publicNumber, rsa, rsaOfThree, rsaSmall } from './jwt-keys.ts';
import { luaValue } from './jwt-lua-value.ts';
import { fromJwk, kindOf, notOurs, verifies } from './jwt-public-key.ts';
import { signBytesBy } from './jwt-sign.ts';

const modulus = publicNumber(rsa.publicKey, 'n');
const numbers = { rsa: publicJwk(rsa), ec: publicJwk(ec), ed: publicJwk(ed) };
const base64url = (...parts: Uint8Array[]) => Buffer.concat(parts).toString('base64url');
const zero = Buffer.alloc(1);

/** A number of so many bits that could be a modulus. */
function oddNumber(bits: number): Buffer {
  const bytes = randomBytes(Math.ceil(bits / 8));
  bytes[0] = 1 << ((bits - 1) % 8);
  bytes[bytes.length - 1] = 3;
  return bytes;
}

const taken: [name: string, jwk: object][] = [
  ['RSA', numbers.rsa],
  ['RSA with an exponent of three', publicJwk(rsaOfThree)],
  ['RSA with a zero before its modulus', { ...numbers.rsa, n: base64url(zero, modulus) }],
  ['RSA of 8192 bits', { ...numbers.rsa, n: base64url(oddNumber(8192)) }],
  ['RSA for RS256', { ...numbers.rsa, alg: 'RS256' }],
  ['RSA with everything that key sets have', { ...numbers.rsa, kid: 'a', use: 'sig', key_ops: ['verify'], x5t: 'a' }],
  ['EC', numbers.ec],
  ['EC for ES256', { ...numbers.ec, alg: 'ES256' }],
  ['OKP', numbers.ed],
  ['OKP for EdDSA', { ...numbers.ed, alg: 'EdDSA' }],
];

const noRsa = 'is no RSA key';
const noCoordinates = 'has coordinates that are not of 32 bytes';
const notVerifying = 'is not for verifying signatures';
const otherAlgorithm = 'is for an algorithm that is not supported';

const refused: [name: string, jwk: unknown, reason: string][] = [
  ['an array', [], notOurs],
  ['a text', 'RSA', notOurs],
  ['null', null, notOurs],
  ['an empty object', {}, notOurs],
  ['kty as an object', { ...numbers.rsa, kty: {} }, notOurs],
  ['kty in small letters', { ...numbers.rsa, kty: 'rsa' }, notOurs],
  ['a secret', { kty: 'oct', k: base64url(randomBytes(32)) }, notOurs],
  ['P-384', publicJwk(ecLarge), notOurs],
  ['secp256k1', publicJwk(ecKoblitz), notOurs],
  ['X25519', publicJwk(generateKeyPairSync('x25519')), notOurs],
  ['Ed448', publicJwk(generateKeyPairSync('ed448')), notOurs],
  ['EC without a curve', { ...numbers.ec, crv: undefined }, notOurs],
  ['OKP on P-256', { ...numbers.ed, crv: 'P-256' }, notOurs],
  ['a private RSA key', rsa.privateKey.export({ format: 'jwk' }), 'is a private key'],
  ['a private EC key', ec.privateKey.export({ format: 'jwk' }), 'is a private key'],
  ['a private Ed25519 key', ed.privateKey.export({ format: 'jwk' }), 'is a private key'],
  ['RSA of 1024 bits', publicJwk(rsaSmall), 'has less than 2048 bits'],
  ['RSA of 2047 bits', { ...numbers.rsa, n: base64url(oddNumber(2047)) }, 'has less than 2048 bits'],
  [
    'RSA of 1024 bits after zeros',
    { ...numbers.rsa, n: base64url(Buffer.alloc(128), oddNumber(1024)) },
    'has less than 2048 bits',
  ],
  ['RSA of 8193 bits', { ...numbers.rsa, n: base64url(oddNumber(8193)) }, 'has more than 8192 bits'],
  ['RSA of a megabit', { ...numbers.rsa, n: base64url(oddNumber(1 << 20)) }, 'has more than 8192 bits'],
  ['RSA with an even modulus', { ...numbers.rsa, n: base64url(modulus.subarray(0, -1), zero) }, noRsa],
  ['RSA with an exponent of zero', { ...numbers.rsa, e: base64url(zero) }, noRsa],
  ['RSA with an exponent of one', { ...numbers.rsa, e: base64url(Buffer.from([0, 1])) }, noRsa],
  ['RSA with an even exponent', { ...numbers.rsa, e: base64url(Buffer.from([1, 0, 0])) }, noRsa],
  ['RSA with an empty exponent', { ...numbers.rsa, e: '' }, noRsa],
  ['RSA with an exponent of 65 bits', { ...numbers.rsa, e: base64url(oddNumber(65)) }, noRsa],
  ['RSA without a modulus', { ...numbers.rsa, n: undefined }, 'has no `n` in base64url'],
  ['RSA with padding', { ...numbers.rsa, n: `${numbers.rsa.n}==` }, 'has no `n` in base64url'],
  ['RSA with an exponent that is a number', { ...numbers.rsa, e: 65537 }, 'has no `e` in base64url'],
  ['EC without y', { ...numbers.ec, y: undefined }, 'has no `y` in base64url'],
  [
    'EC with coordinates cut short',
    { ...numbers.ec, y: base64url(Buffer.from(String(numbers.ec.y), 'base64url').subarray(1)) },
    noCoordinates,
  ],
  [
    'EC with a zero too many',
    { ...numbers.ec, x: base64url(zero, Buffer.from(String(numbers.ec.x), 'base64url')) },
    noCoordinates,
  ],
  ['EC with a point beside the curve', { ...numbers.ec, x: numbers.ec.y, y: numbers.ec.x }, 'is refused by libcrypto'],
  [
    'EC with zeros',
    { ...numbers.ec, x: base64url(Buffer.alloc(32)), y: base64url(Buffer.alloc(32)) },
    'is refused by libcrypto',
  ],
  [
    'EC with coordinates above the prime',
    { ...numbers.ec, x: base64url(Buffer.alloc(32, 255)) },
    'is refused by libcrypto',
  ],
  ['OKP of 31 bytes', { ...numbers.ed, x: base64url(randomBytes(31)) }, 'is not of 32 bytes'],
  ['a key for encryption', { ...numbers.rsa, use: 'enc' }, notVerifying],
  ['use that is no text', { ...numbers.rsa, use: ['sig'] }, notVerifying],
  ['key_ops without verify', { ...numbers.rsa, key_ops: ['sign', 'encrypt'] }, notVerifying],
  ['empty key_ops', { ...numbers.rsa, key_ops: [] }, notVerifying],
  ['key_ops that is a text', { ...numbers.rsa, key_ops: 'verify' }, notVerifying],
  ['RSA for RSA-OAEP', { ...numbers.rsa, alg: 'RSA-OAEP' }, otherAlgorithm],
  ['RSA for ES256', { ...numbers.rsa, alg: 'ES256' }, otherAlgorithm],
  ['RSA for HS256', { ...numbers.rsa, alg: 'HS256' }, otherAlgorithm],
  ['RSA for none', { ...numbers.rsa, alg: 'none' }, otherAlgorithm],
  ['EC for RS256', { ...numbers.ec, alg: 'RS256' }, otherAlgorithm],
  ['alg that is no text', { ...numbers.rsa, alg: {} }, otherAlgorithm],
];

const larger = [3072, 4096].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }));

/** HMAC-SHA-256 of RFC 4231: cases 1, 2 and 6. */
const codes: [secret: Buffer | string, data: string, code: string][] = [
  [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  ['Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    Buffer.alloc(131, 0xaa),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
];

const absent = 'function() error("undefined symbol") end';
const poorLibraries: [name: string, functions: string, want: string][] = [
  ['that lacks nothing', '', 'RS256 true, PS256 true, EdDSA true'],
  [
    'without EVP_DigestVerify',
    `EVP_DigestVerify = ${absent}`,
    'RS256 is refused by libcrypto, PS256 is refused by libcrypto, EdDSA is refused by libcrypto',
  ],
  ['without EVP_PKEY_CTX_ctrl_str', `EVP_PKEY_CTX_ctrl_str = ${absent}`, 'RS256 true, PS256 false, EdDSA true'],
  [
    'that reads no Ed25519 key',
    `d2i_PUBKEY = function(library)
      return function(key, from, length) return length ~= 44 and library.d2i_PUBKEY(key, from, length) or nil end
    end`,
    'RS256 true, PS256 true, EdDSA is refused by libcrypto',
  ],
  [
    'that signs by a digest only',
    `EVP_DigestVerifyInit = function(library)
      return function(context, parameters, digest, engine, key)
        return digest and library.EVP_DigestVerifyInit(context, parameters, digest, engine, key) or 0
      end
    end`,
    'RS256 true, PS256 true, EdDSA false',
  ],
];

describe.each(nginxReleases)('keys of a JWK on nginx %s', (release) => {
  let gateway: JwtGateway;

  beforeAll(async () => {
    gateway = await startJwtGateway(release, []);
  });
  afterAll(() => gateway?.stop());

  test.each(taken)('are %s', async (_, jwk) => {
    expect(await kindOf(gateway, fromJwk(jwk))).toBe((jwk as { kty: string }).kty);
  });

  test.each(refused)('are not %s', async (_, jwk, reason) => {
    expect(await kindOf(gateway, fromJwk(jwk))).toBe(reason);
  });

  test.each([
    ['RS256', rsa, numbers.rsa],
    ['PS256', rsa, numbers.rsa],
    ['ES256', ec, numbers.ec],
    ['EdDSA', ed, numbers.ed],
  ] as const)('verify %s', async (algorithm, pair, jwk) => {
    expect(await verifies(gateway, { key: fromJwk(jwk), algorithm, signer: pair.privateKey })).toBe('true false');
  });

  test.each([
    ['an RSA key for ES256', numbers.rsa, 'ES256', 'RS256', rsa],
    ['an RSA key for HS256', numbers.rsa, 'HS256', 'RS256', rsa],
    ['an RSA key for none', numbers.rsa, 'none', 'RS256', rsa],
    ['an RSA key whose owner said PS256 for RS256', { ...numbers.rsa, alg: 'PS256' }, 'RS256', 'RS256', rsa],
    ['an RSA key whose owner said RS256 for PS256', { ...numbers.rsa, alg: 'RS256' }, 'PS256', 'PS256', rsa],
    ['an EC key for EdDSA', numbers.ec, 'EdDSA', 'ES256', ec],
    ['an Ed25519 key for ES256', numbers.ed, 'ES256', 'EdDSA', ed],
  ] as const)('nothing is verified by %s', async (_, jwk, algorithm, signedBy, pair) => {
    const signature = luaValue(signBytesBy(signedBy, pair.privateKey, 'a text'));
    const chunk = `local valid, reason = public_key.verify(${fromJwk(jwk)}, "${algorithm}", "a text", ${signature})
      return tostring(valid) .. " " .. tostring(reason)`;
    expect(await gateway.run(chunk)).toBe('false is not for this algorithm');
  });

  test('RSA keys of 3072 and 4096 bits and of exponent 3 verify', async () => {
    for (const pair of larger) {
      expect(
        await verifies(gateway, { key: fromJwk(publicJwk(pair)), algorithm: 'RS256', signer: pair.privateKey }),
      ).toBe('true false');
      expect(
        await verifies(gateway, { key: fromJwk(publicJwk(pair)), algorithm: 'PS256', signer: pair.privateKey }),
      ).toBe('true false');
    }
    expect(
      await verifies(gateway, {
        key: fromJwk(publicJwk(rsaOfThree)),
        algorithm: 'RS256',
        signer: rsaOfThree.privateKey,
      }),
    ).toBe('true false');
  });

  test.each(codes)('HMAC with SHA-256 (%#)', async (secret, data, code) => {
    const chunk = `local code = public_key.hmac_sha256(${luaValue(secret)}, ${luaValue(data)})
      return (code:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))`;
    expect(await gateway.run(chunk)).toBe(code);
  });

  test.each(poorLibraries)('with a libcrypto %s: no more than a refusal', async (_, functions, want) => {
    const jwks = luaValue(JSON.stringify([numbers.rsa, numbers.ed]));
    const uses = [
      ['RS256', 1, rsa],
      ['PS256', 1, rsa],
      ['EdDSA', 2, ed],
    ] as const;
    const calls = uses.map(
      ([algorithm, index, pair]) =>
        `try("${algorithm}", ${index}, ${luaValue(signBytesBy(algorithm, pair.privateKey, 'a text'))})`,
    );
    const chunk = `local ffi = require "ffi"
      local library, loaded = ffi.C, package.loaded
      local poor = { ${functions} }
      ffi.C = setmetatable({}, { __index = function(_, name)
        return poor[name] and poor[name](library) or library[name]
      end })
      loaded["openclaw.callers.libcrypto"], loaded["openclaw.callers.public_key"] = nil, nil
      local public_key = require "openclaw.callers.public_key"
      ffi.C = library
      local jwks = json.decode(${jwks})
      local function try(algorithm, index, signature)
        local key, reason = public_key.from_jwk(jwks[index])
        return algorithm .. " " .. (key and tostring(public_key.verify(key, algorithm, "a text", signature)) or reason)
      end
      return table.concat({ ${calls.join(', ')} }, ", ")`;
    expect(await gateway.run(chunk)).toBe(want);
  });
});
