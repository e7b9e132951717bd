import { expect, test } from 'vitest';
import { fingerprintOf, hideKeyHash, hidePasswordHash } from '../../src/output/fingerprints.ts';

const key = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const bcrypt = '$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';

test('of a key hash 12 digits are left, and two hashes that share them are still told apart', () => {
  expect(hideKeyHash(key)).toMatch(/^9f86d081884c~[0-9a-f]{32}$/);
  expect(hideKeyHash(key)).not.toContain(key.slice(12, 20));
  expect(hideKeyHash(key)).not.toBe(hideKeyHash(`${key.slice(0, 12)}${'0'.repeat(52)}`));
  expect(fingerprintOf(hideKeyHash(key))).toBe(fingerprintOf(key));
});

test.each<[string, string]>([
  [bcrypt, '$2y$10$'],
  ['$apr1$saltsalt$Xxd1irWT9ycqoYxGFn4cb.', '$apr1$'],
  ['$6$saltsalt$digest', '$6$'],
  ['$5$rounds=9000$saltsalt$digest', '$5$rounds=9000$'],
  ['$y$j9T$saltsalt$digest', '$y$j9T$'],
])('of %s only %s is left', (hash, shown) => {
  expect(hidePasswordHash(hash)).toMatch(new RegExp(`^${shown.replaceAll('$', '\\$')}~[0-9a-f]{32}$`));
});
