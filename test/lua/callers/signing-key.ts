import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface SigningKey {
  /** The public half, as a JWKS has it. */
  readonly jwk: object;
  /** A signature that ES256 or RS256 tokens would have, in base64. */
  sign(text: string): string;
}

/** Makes a key of an issuer; `members` are added to its JWK, such as `use`. */
export function makeSigningKey(kind: 'ES256' | 'RS256', members: object): SigningKey {
  const { publicKey, privateKey } =
    kind === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), ...members },
    sign: (text) => signatureOf(privateKey, text),
  };
}

function signatureOf(key: KeyObject, text: string): string {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64');
}
