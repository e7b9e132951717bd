import { constants, createHmac, type KeyObject, sign as signBytes } from 'node:crypto';

export type Algorithm = 'HS256' | 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

export interface TokenOptions {
  readonly algorithm: Algorithm;
  readonly key: KeyObject | Uint8Array | string;
  /** Beside `alg`; a text or bytes replace the whole header. */
  readonly header?: Readonly<Record<string, unknown>> | string | Uint8Array;
  readonly claims: Readonly<Record<string, unknown>> | string | Uint8Array;
}

/** The compact form of a token that node signs. */
export function signToken(options: TokenOptions): string {
  const { header = {} } = options;
  const first =
    typeof header === 'string' || header instanceof Uint8Array ? header : { alg: options.algorithm, ...header };
  const signed = `${encodePart(first)}.${encodePart(options.claims)}`;
  return `${signed}.${signBytesBy(options.algorithm, options.key, signed).toString('base64url')}`;
}

export function encodePart(part: object | string | Uint8Array): string {
  const bytes = part instanceof Uint8Array || typeof part === 'string' ? part : JSON.stringify(part);
  return Buffer.from(bytes).toString('base64url');
}

/** A signature as JOSE has it (RFC 7518, RFC 8037). */
export function signBytesBy(algorithm: Algorithm, key: TokenOptions['key'], data: string): Buffer {
  const bytes = Buffer.from(data);
  switch (algorithm) {
    case 'HS256':
      return createHmac('sha256', key).update(bytes).digest();
    case 'RS256':
      return signBytes('sha256', bytes, asPrivate(key));
    case 'PS256': {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return signBytes('sha256', bytes, { key: asPrivate(key), padding, saltLength: 32 });
    }
    case 'ES256':
      return signBytes('sha256', bytes, { key: asPrivate(key), dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return signBytes(null, bytes, asPrivate(key));
  }
}

function asPrivate(key: TokenOptions['key']): KeyObject {
  if (typeof key === 'string' || key instanceof Uint8Array) throw new TypeError('a secret signs by HS256 only');
  return key;
}
