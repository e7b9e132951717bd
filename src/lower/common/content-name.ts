import { shortHash } from './short-hash.ts';

/** With the longest prefix and a hash, a name still has room in a bucket of `variables_hash_bucket_size`. */
const longestWords = 40;

/** Words that end like this could be those of another content, with its hash. */
const likeHash = /(?:^|_)[0-9a-f]{8}$/;

/**
 * The name of a variable, made of what it stands for alone: whatever is added to a spec or moved in it, the name stays.
 * Parts are joined by `__`, and `joint`, the one sign that they may have, becomes `_`; so no two contents have the same
 * words. Where words cannot say it (other signs, capital letters, too long) a hash of the content follows.
 */
export function contentName(prefix: string, parts: readonly string[], joint: string): string {
  const escaped = `\\u{${joint.codePointAt(0)?.toString(16) ?? ''}}`;
  const plain = new RegExp(`^[a-z0-9]+(?:${escaped}[a-z0-9]+)*$`, 'u');
  const exact = parts.map((part) => part.replaceAll(joint, '_')).join('__');
  const isExact = exact.length <= longestWords && parts.every((part) => plain.test(part)) && !likeHash.test(exact);
  if (isExact) return `${prefix}_${exact}`;
  const words = parts
    .join(' ')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, longestWords)
    .replace(/^_|_$/g, '');
  return [prefix, ...(words === '' ? [] : [words]), shortHash(JSON.stringify(parts))].join('_');
}
