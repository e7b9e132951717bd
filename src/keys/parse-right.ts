import type { z } from 'zod';
import { addressItem, modelPattern, moment } from '../language/common/access-scalars.ts';
import type { ScalarProblem } from '../language/common/combinators.ts';
import { name } from '../language/common/scalars.ts';
import { type Right, type RightName, rightNames } from './right-names.ts';

const lists: ReadonlySet<RightName> = new Set(['routes', 'upstreams', 'models', 'addresses']);

const schemas: Readonly<Record<RightName, z.ZodType>> = {
  tier: name,
  routes: name,
  upstreams: name,
  models: modelPattern,
  addresses: addressItem,
  not_before: moment,
  not_after: moment,
};

export function isRightName(text: string): text is RightName {
  return rightNames.some((known) => known === text);
}

/** A right as an option or a key file has it: lists with commas. The reason why not is for people. */
export function parseRight(right: RightName, text: string): { readonly value: Right[1] } | { readonly reason: string } {
  const items = lists.has(right) ? text.split(',') : [text];
  for (const item of items) {
    const problem = checkScalar(schemas[right], item);
    if (problem !== undefined) return { reason: problem.help };
  }
  return { value: lists.has(right) ? items : text };
}

/** What is wrong with a text that should be one of these scalars. */
export function checkScalar(schema: z.ZodType, text: string): ScalarProblem | undefined {
  const result = schema.safeParse(text);
  if (result.success) return undefined;
  const [issue] = result.error.issues;
  return (issue?.code === 'custom' ? issue.params : undefined) as ScalarProblem | undefined;
}
