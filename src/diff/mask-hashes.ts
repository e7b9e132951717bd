import { fingerprintOf, hidePasswordHash } from '../output/fingerprints.ts';

/** As key files write the SHA-256 of a key; hashes of files and images have a quote or `@` before them. */
const keyHash = /(?<=(?:^|\s)sha256:)[0-9a-fA-F]{64}(?![0-9a-fA-F])/g;

/** As password files write it, of the kinds that a spec can have. */
const passwordHash = /\$(?:2[aby]\$\d\d|apr1|[56](?:\$rounds=\d+)?|y\$[./A-Za-z0-9]+)\$[./A-Za-z0-9$]{20,}/g;

/** Of the kinds that only a password file of somebody's own can have: MD5, SHA-1, DES, or no hash at all. */
const otherPassword = /^([ +-]?\w[\w.@-]*:)(?:(?:\$1\$|\{(?:PLAIN|S?SHA)\}).+|[./A-Za-z0-9]{13})$/gm;

/** The text with hashes of keys and passwords by what may be shown of them, in lines of files and of patches. */
export function maskHashes(text: string): string {
  return text
    .replace(keyHash, (hash) => `${fingerprintOf(hash.toLowerCase())}…`)
    .replace(passwordHash, (hash) => hidePasswordHash(hash).replace(/~(.{8}).*/s, '…$1'))
    .replace(otherPassword, '$1…');
}
