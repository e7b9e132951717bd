import { expect, test } from 'vitest';
import { maskHashes } from '../../src/diff/mask-hashes.ts';

const digits = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const bcrypt = '$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';
const sha512 = `$6$rounds=9000$saltsalt$${'a.Bc'.repeat(21)}xy`;

test.each<[string, string, RegExp]>([
  ['a line of a key file', `mobile sha256:${digits} tier=premium`, /^mobile sha256:9f86d081884c… tier=premium$/],
  ['a line that somebody added', `+mobile\tsha256:${digits.toUpperCase()}`, /^\+mobile\tsha256:9f86d081884c…$/],
  ['a key that somebody commented out', `-# mobile sha256:${digits}`, /^-# mobile sha256:9f86d081884c…$/],
  ['a password', `ann:${bcrypt}`, /^ann:\$2y\$10\$…[0-9a-f]{8}$/],
  ['a password with rounds', ` ann:${sha512}`, /^ ann:\$6\$rounds=9000\$…[0-9a-f]{8}$/],
  ['a password of apr1', '+ann:$apr1$saltsalt$Xxd1irWT9ycqoYxGFn4cb.', /^\+ann:\$apr1\$…[0-9a-f]{8}$/],
  ['a password without a hash', '+eve:{PLAIN}open sesame', /^\+eve:…$/],
  ['a password of SHA-1', '+eve:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', /^\+eve:…$/],
  ['a password of MD5', '+eve:$1$saltsalt$abcdefghijklmnopqrstuv', /^\+eve:…$/],
  ['a password of DES', '-eve:rqXexS6ZhobKA', /^-eve:…$/],
])('%s', (_name, line, wanted) => {
  expect(maskHashes(line)).toMatch(wanted);
  expect(maskHashes(`@@ -1 +1 @@\n${line}\n end`)).toContain(`\n${maskHashes(line)}\n`);
});

test.each([
  `    "keys/apps.keys": "sha256:${digits}",`,
  `    image: vllm/vllm-openai@sha256:${digits}`,
  '  proxy_set_header Host api.openai.com;',
  "  '~^/v2/(.*)$' $1;",
])('%s stays as it is', (line) => {
  expect(maskHashes(line)).toBe(line);
});
