import { expect, test } from 'vitest';
import { c, long, rotate } from './spec-texts.ts';

/** A week behind the clock of these tests. */
const end = '2027-01-17T08:00:00Z';

/** The client `app` with this key, in a list of lines. */
function withKey(key: string): string {
  return long(`key_maps:
  apps:
    clients:
      # who pays
      - id: app   # mobile
        key: ${key}
        tier: premium   # since May
      - { id: other, key: sha256:E }
`);
}

test.each<[string, string, string]>([
  ['one hash', 'sha256:A', `[{ hash: sha256:A, not_after: ${end} }, sha256:F]`],
  ['one hash, quoted', `"sha256:A"   # old`, `[{ hash: "sha256:A", not_after: ${end} }, "sha256:F"]   # old`],
  [
    'one hash on the next line',
    '\n          sha256:A',
    `\n          [{ hash: sha256:A, not_after: ${end} }, sha256:F]`,
  ],
  [
    'a mapping between braces',
    '{ hash: sha256:A, not_before: 2026-01-01 } # since then',
    `[{ hash: sha256:A, not_before: 2026-01-01, not_after: ${end} }, sha256:F] # since then`,
  ],
  [
    'a mapping over lines',
    '\n          # laptop\n          hash: sha256:A   # A\n\n          # start\n          not_before: 2026-01-01   # B',
    `\n          # laptop\n          - hash: sha256:A   # A\n\n            # start\n            not_before: 2026-01-01   # B\n            not_after: ${end}\n          - sha256:F`,
  ],
  [
    'a list between brackets',
    '[sha256:A, "sha256:B"]',
    `[{ hash: sha256:A, not_after: ${end} }, { hash: "sha256:B", not_after: ${end} }, sha256:F]`,
  ],
  [
    'a list over lines',
    '\n          - sha256:A   # laptop\n          # phone\n          - hash: "sha256:B"\n          - { hash: sha256:C }',
    `\n          - { hash: sha256:A, not_after: ${end} }   # laptop\n          # phone\n          - hash: "sha256:B"\n            not_after: ${end}\n          - { hash: sha256:C, not_after: ${end} }\n          - sha256:F`,
  ],
  [
    'keys that end sooner or later',
    `[{ hash: sha256:A, not_after: 2027-01-12 }, { hash: sha256:B, not_after: "2028-01-01" }, sha256:C]`,
    `[{ hash: sha256:A, not_after: 2027-01-12 }, { hash: sha256:B, not_after: "${end}" }, { hash: sha256:C, not_after: ${end} }, sha256:F]`,
  ],
  [
    'keys that all end: the new one does not outlive them',
    `[{ hash: sha256:A, not_after: 2027-01-01 }, { hash: sha256:B, not_after: 2028-01-01 }]`,
    `[{ hash: sha256:A, not_after: 2027-01-01 }, { hash: sha256:B, not_after: ${end} }, { hash: sha256:F, not_after: 2028-01-01 }]`,
  ],
  [
    'a key that has yet to start',
    `[sha256:A, { hash: sha256:B, not_before: 2027-06-01 }, sha256:C]`,
    `[{ hash: sha256:A, not_after: ${end} }, { hash: sha256:C, not_after: ${end} }, sha256:F]`,
  ],
])('%s', (_name, before, after) => {
  expect(rotate(withKey(before), 'app')).toBe(withKey(after));
});

test.each<[string, string, string]>([
  ['one hash', `"sha256:A"   # old`, `"sha256:F"   # old`],
  ['a mapping between braces', '{ hash: sha256:A }', 'sha256:F'],
  ['a mapping over lines', '\n          hash: sha256:A\n          not_before: 2026-01-01', '\n          sha256:F'],
  ['a list between brackets', '[sha256:A, sha256:B]', '[sha256:F]'],
  [
    'a list over lines',
    '\n          # all of them\n          - hash: sha256:A\n            not_before: 2026-01-01\n          - sha256:B   # phone',
    '\n          # all of them\n          - sha256:F',
  ],
])('without an overlap, %s is replaced', (_name, before, after) => {
  expect(rotate(withKey(before), 'app', { overlap: 0 })).toBe(withKey(after));
});

test('between braces, in the style of the client', () => {
  const before = long(`key_maps: { apps: { clients: [{"id": "app", "key": "sha256:A", "tier": "x"}] } }\n`);
  const after = `[{"hash": "sha256:A", "not_after": "${end}"}, "sha256:F"]`;
  expect(rotate(before, 'app')).toBe(before.replace(/"sha256:a+"/, long(after)));
});

test('the end of the new key can be said', () => {
  const before = withKey('{ hash: sha256:A, not_after: 2027-02-01 }');
  const ended = `{ hash: sha256:A, not_after: ${end} }`;
  expect(rotate(before, 'app', { notAfter: '2029-01-01' })).toBe(
    withKey(`[${ended}, { hash: sha256:F, not_after: 2029-01-01 }]`),
  );
  expect(rotate(before, 'app', { notAfter: 'never' })).toBe(withKey(`[${ended}, sha256:F]`));
});

test('again and again, with every line end of Windows kept', () => {
  const before = withKey('sha256:A').replaceAll('\n', '\r\n');
  const once = rotate(before, 'app');
  const twice = rotate(once, 'app', { hash: c });
  const old = `{ hash: sha256:A, not_after: ${end} }, { hash: sha256:F, not_after: ${end} }, sha256:C`;
  expect(twice).toBe(withKey(`[${old}]`).replaceAll('\n', '\r\n'));
});
