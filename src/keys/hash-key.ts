import { createHash } from 'node:crypto';

/** A key as it is stored: 64 lower-case hexadecimal digits, without `sha256:`. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
