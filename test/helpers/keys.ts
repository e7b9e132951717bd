import { createHash } from 'node:crypto';

/** As key maps store a key. */
export function hashOf(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
