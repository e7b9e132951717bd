import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult, randomBytes } from 'node:crypto';

/** What signs in the tests, made anew for each run. `stranger` is somebody whose keys nobody trusts. */
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const rsaOfThree = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
export const rsaSmall = generateKeyPairSync('rsa', { modulusLength: 1024 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const ecKoblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
export const ecLarge = generateKeyPairSync('ec', { namedCurve: 'P-384' });
export const ed = generateKeyPairSync('ed25519');
export const secret = randomBytes(32);
export const shortSecret = randomBytes(31);
export const stranger = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ed: generateKeyPairSync('ed25519'),
};

export function publicJwk(pair: KeyPairKeyObjectResult, more: object = {}): Record<string, unknown> {
  return { ...pair.publicKey.export({ format: 'jwk' }), ...more };
}

function secretJwk(kid: string, value: Buffer): object {
  return { kty: 'oct', kid, k: value.toString('base64url') };
}

/** The key set that the gateway trusts. */
export const jwks: readonly object[] = [
  publicJwk(rsa, { kid: 'rsa', use: 'sig', key_ops: ['verify'] }),
  publicJwk(rsa, { kid: 'rsa-rs256-only', alg: 'RS256' }),
  publicJwk(rsa, { kid: 'rsa-ps256-only', alg: 'PS256' }),
  publicJwk(rsa, { kid: 'rsa-for-encryption', use: 'enc' }),
  publicJwk(rsa, { kid: 'rsa-for-wrapping', key_ops: ['wrapKey', 'encrypt'] }),
  publicJwk(rsa, { kid: 'rsa-oaep', alg: 'RSA-OAEP' }),
  publicJwk(rsaOfThree, { kid: 'rsa-of-three' }),
  publicJwk(rsaSmall, { kid: 'rsa-small' }),
  publicJwk(ec, { kid: 'ec' }),
  publicJwk(ecKoblitz, { kid: 'ec-koblitz' }),
  publicJwk(ecLarge, { kid: 'ec-large' }),
  publicJwk(ed, { kid: 'ed' }),
  secretJwk('oct', secret),
  secretJwk('oct-short', shortSecret),
  secretJwk('oct-empty', Buffer.alloc(0)),
];

/** Bytes of a member of a public key, such as the modulus `n`. */
export function publicNumber(key: KeyObject, name: 'n' | 'x'): Buffer {
  return Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url');
}
