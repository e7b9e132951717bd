import { createHash } from 'node:crypto';

/** Eight digits of SHA-256. */
export function shortHash(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 8);
}
