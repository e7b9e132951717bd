import { z } from 'zod';
import { object, oneOrMany, scalar } from './combinators.ts';

/** What fits into the models of requests that the gateway reads: longer names are refused there too. */
const longestModelName = 256;

/** A model as clients ask for it; `*` stands for any characters. */
export const requestedModel = scalar({
  what: 'model name',
  help: `a model name is visible ASCII text without blanks, ${longestModelName} characters at most; \`*\` stands for any characters`,
  pattern: '^[!-~]{1,256}$',
  examples: ['gpt-4o', 'gpt-4o*'],
  parse: (text) => (isModelName(text) ? text : undefined),
});

/** A model as its upstream knows it. */
export const servedModel = scalar({
  what: 'model name',
  help: `the name of one model is visible ASCII text without blanks and \`*\`, ${longestModelName} characters at most`,
  pattern: '^[!-)+-~]{1,256}$',
  examples: ['claude-sonnet-4', 'meta-llama/Llama-3.1-8B-Instruct'],
  parse: (text) => (isModelName(text) && !text.includes('*') ? text : undefined),
});

function isModelName(text: string): boolean {
  return /^[!-~]+$/.test(text) && text.length <= longestModelName;
}

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
