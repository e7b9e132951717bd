import { z } from 'zod';
import { object, oneOrMany } from '../common/combinators.ts';
import { duration, timeSpan } from '../common/scalars.ts';
import { percentage } from './destination.ts';

const retryObject = object({
  on: oneOrMany(z.union([z.enum(['connect', 'reset', 'timeout', '5xx']), z.number().int().min(400).max(599)]))
    .optional()
    .describe(
      'What counts as failed: `connect` (no connection), `reset` (it broke before the answer), `timeout` (no first byte in time), statuses, and `5xx` for 500, 502, 503, 504 and 529. After `reset` and `timeout` the upstream may have done the work already: leave them out where nothing may be done twice. Default: [connect, reset, timeout, 429, 5xx].',
    ),
  tries: z
    .number()
    .int()
    .min(1)
    .max(5)
    .optional()
    .describe('Attempts for one request, the first included. Default: one for each target, from 3 to 5.'),
  within: timeSpan
    .optional()
    .describe('No attempt begins later than this after the first. Default: `tries` times `connect` and `first_byte`.'),
});

/** When a request is sent once more. */
export const retry = z.union([z.literal(false), retryObject]);

const mirrorObject = object({
  upstream: z.string().describe('The name of the upstream that gets the copies.'),
  share: percentage.optional().describe('How many of the requests are copied, such as `10%`. Default: 100%.'),
});

/** Copies of requests, whose answers are thrown away. */
export const mirror = z.union([
  z.string().transform((upstream): z.output<typeof mirrorObject> => ({ upstream })),
  mirrorObject,
]);

/** How long a request may take, part by part. */
export const timeouts = object({
  connect: duration.optional().describe('To open a connection to a server. Default: 5s.'),
  first_byte: timeSpan
    .optional()
    .describe('From the request to the first byte of the answer, such as `60s`. Default: as `idle`.'),
  idle: duration.optional().describe('Between two pieces of the answer. Default: 300s.'),
  send: duration.optional().describe('Between two writes, to the server and to the client. Default: 60s.'),
  total: timeSpan
    .optional()
    .describe('All of it, every attempt and the whole answer included, such as `10m`. Default: no limit.'),
  client: timeSpan
    .optional()
    .describe('How long clients wait. Only checked: the gateway gives up before they do. Default: not known.'),
});
