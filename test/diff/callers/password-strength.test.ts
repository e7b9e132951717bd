import { expect, test } from 'vitest';
import { isWeaker, strengthOf } from '../../../src/diff/callers/password-strength.ts';
import { hidePasswordHash } from '../../../src/output/fingerprints.ts';

test('passwords are harder to guess in this order, hidden or not', () => {
  const hashes = ['$apr1$s$d', '$6$s$d', '$5$rounds=9000$s$d', '$2b$05$d', '$2y$10$d', '$y$j9T$s$d'];
  for (const [index, hash] of hashes.entries()) {
    for (const other of hashes.slice(index + 1)) {
      expect(isWeaker(strengthOf(hash), strengthOf(hidePasswordHash(other)))).toBe(true);
      expect(isWeaker(strengthOf(other), strengthOf(hash))).toBe(false);
    }
  }
  expect(isWeaker(strengthOf('$2y$10$a'), strengthOf('$2b$10$b'))).toBe(false);
});
