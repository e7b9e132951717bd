import { z } from 'zod';
import type { ScalarProblem } from '../common/combinators.ts';
import { object } from '../common/combinators.ts';
import { servedModel } from '../common/model-names.ts';
import { timeSpan, urlPath } from '../common/scalars.ts';

const count = z.number().int().min(1).max(100);

const healthCheckObject = object({
  path: urlPath
    .optional()
    .describe('Asked for with GET, such as `/health`; every status from 200 to 399 is good. `base_path` is not added.'),
  completion: servedModel
    .optional()
    .describe('Instead of `path`: ask this model for a completion of one token, which the server has to work for.'),
  interval: timeSpan.optional().describe('Time between two probes of a server. Default: 5s.'),
  timeout: timeSpan.optional().describe('A probe without an answer after this time has failed. Default: 2s.'),
  rise: count.optional().describe('Good probes in a row that bring a server back. Default: 2.'),
  fall: count.optional().describe('Failed probes in a row that take a server out. Default: 3.'),
});

const noProbe: ScalarProblem = {
  expected: 'path',
  help: 'say what to ask for, such as `path: /health`, or `completion` with the name of a model',
};

/** `true` is short for `{ path: /health }`. */
export const healthCheck = z.union([
  z.boolean(),
  healthCheckObject.refine(({ path, completion }) => path !== undefined || completion !== undefined, {
    path: ['path'],
    params: { ...noProbe },
    when: ({ value }) => typeof value === 'object' && value !== null,
  }),
]);

const breakerObject = object({
  failures: z.number().int().min(1).max(1000).optional().describe('Failures in a row that open it. Default: 5.'),
  open: timeSpan.optional().describe('How long it stays open before one request may try again. Default: 10s.'),
});

export const breaker = z.union([z.boolean(), breakerObject]);
