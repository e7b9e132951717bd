import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBodyLimits, numbersAbove } from '../../../src/lower/routes/body-limits.ts';

function isAbove(limit: number, written: string): boolean {
  return new RegExp(`^0*(?:${numbersAbove(limit)})$`).test(written);
}

test.each<[number, string, boolean]>([
  [0, '0', false],
  [0, '1', true],
  [9, '9', false],
  [9, '10', true],
  [99, '100', true],
  [1024, '1024', false],
  [1024, '1025', true],
  [1024, '0001025', true],
  [1024, '0001024', false],
  [1999, '2000', true],
  [32 * 1024 * 1024, '33554432', false],
  [32 * 1024 * 1024, '33554433', true],
  [32 * 1024 * 1024, '9'.repeat(30), true],
])('above %d: %s is %s', (limit, written, above) => {
  expect(isAbove(limit, written)).toBe(above);
});

test('agrees with arithmetic', () => {
  const near = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(fc.maxSafeNat(), near, fc.nat(3), (limit, difference, zeros) => {
      const other = Math.max(0, limit + difference);
      expect(isAbove(limit, '0'.repeat(zeros) + String(other))).toBe(other > limit);
    }),
  );
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (limit, other) => {
      expect(isAbove(limit, String(other))).toBe(other > limit);
    }),
  );
});

test('one variable for each limit', () => {
  const limits = createBodyLimits();
  expect(limits.variableFor(10)).toBe(limits.variableFor(10));
  expect(limits.variableFor(20)).not.toBe(limits.variableFor(10));
  expect(limits.views).toHaveLength(2);
});
