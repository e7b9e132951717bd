import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolvePlain } from '../../src/source/plain-scalar.ts';

test.each<[string, unknown]>([
  ['8080', 8080],
  ['-1', -1],
  ['0123', 123],
  ['0o17', 15],
  ['0x1F', 31],
  ['1e3', 1000],
  ['.5', 0.5],
  ['1.', 1],
  ['.inf', Number.POSITIVE_INFINITY],
  ['-.INF', Number.NEGATIVE_INFINITY],
  ['.nan', Number.NaN],
  ['true', true],
  ['False', false],
  ['yes', 'yes'],
  ['on', 'on'],
  ['null', null],
  ['~', null],
  ['', null],
  ['2027-01-31', '2027-01-31'],
  ['60r/m', '60r/m'],
  ['1_000', '1_000'],
  ['[a, b]', '[a, b]'],
  ['a: b', 'a: b'],
])('%j', (text, want) => {
  expect(resolvePlain(text)).toEqual(want);
});

test('reads what YAML reads', () => {
  const text = fc.stringMatching(/^[-+.0-9oxeEabfnulsTrINF~]{1,6}$/).filter((given) => !/^[-.]{3}|^-$/.test(given));
  fc.assert(
    fc.property(text, (given) => {
      expect(resolvePlain(given)).toEqual(parse(given));
    }),
    { numRuns: 2000 },
  );
});
