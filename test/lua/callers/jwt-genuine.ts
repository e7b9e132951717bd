import type { VerifyOptions } from './jwt-gateway.ts';
import { ec, ed, rsa, secret } from './jwt-keys.ts';
import { type Algorithm, encodePart, signBytesBy, signToken, type TokenOptions } from './jwt-sign.ts';

/** A token that must be refused, and with which word. */
export type Forgery = readonly [name: string, token: string | Uint8Array, reason: string, options?: VerifyOptions];

export const now = 1_800_000_000;

/** As open as a gateway can be: every algorithm that it knows. */
export const options: VerifyOptions = {
  algorithms: ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'],
  issuer: 'https://issuer.example',
  audience: ['gateway'],
  now,
  leeway: 30,
};

export const claims = { iss: 'https://issuer.example', aud: 'gateway', sub: 'me', iat: now - 10, exp: now + 300 };

const keys: Readonly<Record<Algorithm, readonly [kid: string, key: TokenOptions['key']]>> = {
  HS256: ['oct', secret],
  RS256: ['rsa', rsa.privateKey],
  PS256: ['rsa', rsa.privateKey],
  ES256: ['ec', ec.privateKey],
  EdDSA: ['ed', ed.privateKey],
};

/** A token that the gateway accepts, unless the claims or the header say otherwise. */
export function genuine(
  algorithm: Algorithm,
  { claims: given, header }: { readonly claims?: TokenOptions['claims']; readonly header?: object } = {},
): string {
  const [kid, key] = keys[algorithm];
  return signToken({ algorithm, key, header: { kid, ...header }, claims: given ?? claims });
}

/** A token of this header and these claims, to the letter, with the signature of the genuine RSA key. */
export function signedByIssuer(header: string | Uint8Array, payload: string | Uint8Array): string {
  return signText(`${encodePart(header)}.${encodePart(payload)}`);
}

/** The genuine RSA signature of a text that need not be two parts in base64url. */
export function signText(text: string): string {
  return `${text}.${signBytesBy('RS256', rsa.privateKey, text).toString('base64url')}`;
}

export const rsaHeader = '{"alg":"RS256","kid":"rsa"}';

/** The token with another signature. */
export function withSignature(token: string, signature: Uint8Array | string): string {
  const signed = token.slice(0, token.lastIndexOf('.'));
  return `${signed}.${typeof signature === 'string' ? signature : Buffer.from(signature).toString('base64url')}`;
}

export function signatureOf(token: string): Buffer {
  return Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
}
