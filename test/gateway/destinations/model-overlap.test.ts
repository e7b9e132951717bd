import { expect, test } from 'vitest';
import { doModelsOverlap } from '../../../src/gateway/destinations/model-overlap.ts';

test.each<[string, string, boolean]>([
  ['gpt-4o', 'gpt-4o', true],
  ['gpt-4o', 'gpt-4', false],
  ['gpt-4o*', 'gpt-4o-mini', true],
  ['gpt-4o*', 'gpt-4', false],
  ['*', 'anything', true],
  ['gpt-*', '*-mini', true],
  ['gpt-*', 'gpt-4*', true],
  ['gpt-*', 'claude-*', false],
  ['*-mini', '*-large', false],
  ['*-mini', '*i', true],
  ['a*b*c', 'a*d*c', true],
  ['a*b*c', 'a*b*d', false],
])('`%s` and `%s` mean a model together: %s', (one, other, want) => {
  expect(doModelsOverlap(one, other)).toBe(want);
  expect(doModelsOverlap(other, one)).toBe(want);
});
