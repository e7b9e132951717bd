import { createHash } from 'node:crypto';

/**
 * Stands for a hash of a secret where it can be read by others: what may be shown of it, then enough of its own SHA-256
 * to tell any two apart.
 */
function hide(shown: string, hash: string): string {
  return `${shown}~${createHash('sha256').update(hash).digest('hex').slice(0, 32)}`;
}

/** Of the SHA-256 of a client's key, 12 digits may be shown. */
const shownDigits = 12;

export function hideKeyHash(hash: string): string {
  return hide(hash.slice(0, shownDigits), hash);
}

/** The 12 digits of a key hash, hidden or not. */
export function fingerprintOf(hash: string): string {
  return hash.slice(0, shownDigits);
}

/** Of a password hash its kind and cost may be shown, neither salt nor digest. */
export function hidePasswordHash(hash: string): string {
  return hide(/^\$(?:2[aby]\$\d\d|apr1|[56](?:\$rounds=\d+)?|y\$[^$]*)\$/.exec(hash)?.[0] ?? '', hash);
}
