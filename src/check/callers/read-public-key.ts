import { createPublicKey, type KeyObject } from 'node:crypto';
import type { TokenAlgorithm } from '../../gateway/common/authentication.ts';

export interface PublicKey {
  /** Signatures that it can verify (RFC 7518, 3.1; RFC 8037). */
  readonly algorithms: readonly TokenAlgorithm[];
  /** Of RSA keys only. */
  readonly bits: number | undefined;
}

/** What a public key in PEM form is good for; undefined when it is none. */
export function readPublicKey(pem: string): PublicKey | undefined {
  const key = parse(pem);
  if (key === undefined) return undefined;
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  return { algorithms: algorithmsOf(key.asymmetricKeyType, namedCurve), bits: modulusLength };
}

function parse(pem: string): KeyObject | undefined {
  const body = pem.replace(/-----[A-Z ]+-----/g, '').replace(/[ \t\r\n]+/g, '');
  // Buffer passes over what is not base64; the gateway does not.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return undefined;
  try {
    return createPublicKey({ key: Buffer.from(body, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function algorithmsOf(type: KeyObject['asymmetricKeyType'], curve: string | undefined): readonly TokenAlgorithm[] {
  if (type === 'rsa') return ['RS256', 'PS256'];
  if (type === 'ed25519') return ['EdDSA'];
  return type === 'ec' && curve === 'prime256v1' ? ['ES256'] : [];
}
