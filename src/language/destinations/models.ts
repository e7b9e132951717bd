import { z } from 'zod';
import { object, oneOrMany } from '../common/combinators.ts';
import { requestedModel, servedModel } from '../common/model-names.ts';

const targetShape = {
  upstream: z.string().describe('The name of the upstream.'),
  as: servedModel
    .optional()
    .describe(
      'The name of the model there, which replaces the one in the request, such as `claude-sonnet-4`. Default: as the client wrote it.',
    ),
} as const;

const targetObject = object(targetShape);

/** An upstream to go to, and the name of the model there; a name alone is short for `{ upstream: … }`. */
export const target = z.union([
  z.string().transform((upstream): z.output<typeof targetObject> => ({ upstream })),
  targetObject,
]);

export type TargetSection = z.output<typeof target>;

const modelObject = object({
  ...targetShape,
  fallback: oneOrMany(target)
    .optional()
    .describe(
      'Where requests for this model go when the first fails, in order, such as `[openai, { upstream: azure, as: gpt-4o }]`; the fallback of the route comes after these.',
    ),
});

const model = z.union([z.string().transform((upstream): z.output<typeof modelObject> => ({ upstream })), modelObject]);

/** The names that clients ask for, and where each is served. */
export const modelsSection = z.record(requestedModel, model);
