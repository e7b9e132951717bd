import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coversCondition, coversPattern } from '../../../src/gateway/common/coverage.ts';

test.each<[string, string, boolean]>([
  ['gpt-4o', 'gpt-4o', true],
  ['gpt-4o', 'gpt-4', false],
  ['gpt-*', 'gpt-4o', true],
  ['gpt-*', 'gpt-4o*', true],
  ['gpt-4o*', 'gpt-*', false],
  ['gpt-4o', 'gpt-4*', false],
  ['*', '*', true],
  ['*', '', true],
  ['*mini', 'gpt-4o-mini', true],
  ['*mini', 'gpt-4o-mini-2', false],
  ['a*b*c', 'axbxbc', true],
  ['a*b*c', 'a*b', false],
  ['GPT-*', 'gpt-4o', false],
])('%s covers %s: %j', (general, special, wanted) => {
  expect(coversPattern(general, special)).toBe(wanted);
});

test('what covers a pattern covers every name that the pattern means', () => {
  const piece = fc.constantFrom('a', 'b', '*');
  const pattern = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
  const name = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map((letters) => letters.join(''));
  const matches = (wanted: string, text: string): boolean => new RegExp(`^${wanted.replaceAll('*', '.*')}$`).test(text);
  fc.assert(
    fc.property(pattern, pattern, name, (general, special, text) => {
      expect(coversPattern(general, text)).toBe(matches(general, text));
      if (coversPattern(general, special) && matches(special, text)) expect(matches(general, text)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('patterns that were made to be slow are not', () => {
  expect(coversPattern('*a'.repeat(100), `${'a'.repeat(199)}b`)).toBe(false);
});

test.each<[readonly string[], readonly string[], boolean]>([
  [['gpt-*'], ['gpt-4o', 'gpt-4o-mini*'], true],
  [['gpt-4o', 'claude-*'], ['claude-opus-4', 'gpt-4o'], true],
  [['gpt-4o*'], ['gpt-*'], false],
  [['gpt-*'], ['gpt-4o', 'claude-opus-4'], false],
])('requests for models %j are met with those for %j: %j', (general, special, wanted) => {
  const condition = (patterns: readonly string[]) => ({ kind: 'model', patterns }) as const;
  expect(coversCondition(condition(general), condition(special))).toBe(wanted);
  expect(coversCondition(condition(general), { kind: 'method', values: ['POST'] })).toBe(false);
});
