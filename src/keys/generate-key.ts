import { randomBytes } from 'node:crypto';

/** A new key: 256 random bits behind a prefix by which people and secret scanners know it. */
export function generateKey(): string {
  return `oc-${randomBytes(32).toString('base64url')}`;
}
