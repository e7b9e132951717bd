import { expect, test } from 'vitest';
import type { z } from 'zod';
import { requestedModel, servedModel } from '../../../src/language/common/model-names.ts';
import { timeSpan } from '../../../src/language/common/scalars.ts';
import { percentage } from '../../../src/language/destinations/destination.ts';

const all = {
  requestedModel: [requestedModel, 'gpt-4o*'],
  servedModel: [servedModel, 'meta-llama/Llama-3.1-8B-Instruct'],
  percentage: [percentage, '5%'],
  timeSpan: [timeSpan, '30s'],
} as const;

/** A pattern without both of its anchors would let one of these pass. */
test.each(Object.entries(all))('%s looks at the whole text', (_name, [scalar, good]) => {
  expect(scalar.safeParse(good).success).toBe(true);
  const texts = ['', `${good}\n`, `\n${good}`, `${good}\nevil`, `evil\n${good}`, `${good} `, ` ${good}`];
  for (const text of [...texts, ...['\0', '\u007f', '\u0085', '\ud800'].map((bad) => good + bad)])
    expect(scalar.safeParse(text).success, JSON.stringify(text)).toBe(false);
});

test.each<[string, z.ZodType, string, unknown]>([
  ['model', requestedModel, '*', '*'],
  ['model', requestedModel, 'ft:gpt-4o:org::id@1+2,3"', 'ft:gpt-4o:org::id@1+2,3"'],
  ['model', requestedModel, 'a'.repeat(256), 'a'.repeat(256)],
  ['model', requestedModel, 'a'.repeat(257), undefined],
  ['model', requestedModel, 'modèle', undefined],
  ['served model', servedModel, 'qwen2.5:7b', 'qwen2.5:7b'],
  ['served model', servedModel, 'gpt-4o*', undefined],
  ['percentage', percentage, '0%', 0],
  ['percentage', percentage, '0.01%', 1],
  ['percentage', percentage, '33.3%', 3330],
  ['percentage', percentage, '100%', 10_000],
  ['percentage', percentage, '100.01%', undefined],
  ['percentage', percentage, '0.001%', undefined],
  ['percentage', percentage, '.5%', undefined],
  ['percentage', percentage, '-1%', undefined],
  ['percentage', percentage, '5', undefined],
  ['time', timeSpan, '1ms', 1],
  ['time', timeSpan, '10m', 600_000],
  ['time', timeSpan, '0s', undefined],
  ['time', timeSpan, '11y', undefined],
])('the %s %# is read', (_what, scalar, text, want) => {
  expect(scalar.safeParse(text).data).toEqual(want);
});
