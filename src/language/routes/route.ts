import { z } from 'zod';
import { routeAuth } from '../callers/authentication.ts';
import { addressRules } from '../common/access-scalars.ts';
import { cidr, hostPattern } from '../common/addresses.ts';
import type { ScalarProblem } from '../common/combinators.ts';
import { object, oneOrMany } from '../common/combinators.ts';
import { requestedModel } from '../common/model-names.ts';
import { headerName, headerValue, name, queryName, routePath, size, urlPath } from '../common/scalars.ts';
import { destination } from '../destinations/destination.ts';
import { mirror, retry, timeouts } from '../destinations/retry.ts';
import { limitList } from '../limits/rate-zones.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** What a header or query argument must be: one value, one of several, present (`true`) or absent (`false`). */
const valueMatch = z.union([
  headerValue.transform((value) => [value] as const),
  z.array(headerValue).min(1),
  z.boolean(),
]);

const match = object({
  method: oneOrMany(z.enum(methods)).optional().describe('One method or several, such as `POST`; GET includes HEAD.'),
  host: oneOrMany(hostPattern).optional().describe('One host or several, such as `eu.example.com`.'),
  header: z
    .record(headerName, valueMatch)
    .optional()
    .describe(
      'Headers and their values, such as `{ X-LLM-Version: v2 }`; all must match, case-sensitively. `true`: present, `false`: absent. On several lines: 400.',
    ),
  query: z
    .record(queryName, valueMatch)
    .optional()
    .describe(
      'Query arguments and their values, such as `{ model: llama }`; all must match, decoded. `true`: present, `false`: absent. Repeated, or spelled so that servers differ: 400.',
    ),
  client: oneOrMany(cidr).optional().describe("Ranges that the client's address is in, such as `10.0.0.0/8`."),
  model: oneOrMany(requestedModel)
    .optional()
    .describe('Models that the request asks for, such as `[gpt-4o*]`; `*` stands for any characters.'),
});

const routeObject = object({
  name: name.optional().describe('Shown in logs, errors and `diff`. Default: made from the path.'),
  path: routePath.describe(
    '`/v1/` for every path that starts with it, `=/v1/models` for exactly that one. The longest match wins.',
  ),
  match: match
    .optional()
    .describe('What else a request must have. Of several routes on one path the first that matches wins.'),
  auth: routeAuth
    .optional()
    .describe(
      'Who may call: the name of a key map, `jwt`, `basic_auth`, `introspection` or `client_certificates`; a list of which one is enough; `{ all: […] }`; or `none`, which lets everyone in. It has to be written: there is no default.',
    ),
  ...addressRules,
  limits: limitList
    .optional()
    .describe("Names of `rate_zones` that its requests have to pass; `[]` for none. Default: the server's."),
  api: z
    .enum(['openai', 'anthropic', 'gemini'])
    .optional()
    .describe("Whose error format clients understand. Default: the provider's, else openai."),
  ...destination,
  retry: retry
    .optional()
    .describe(
      'When a failed request is sent once more, such as `{ on: [connect, 429], tries: 2, within: 30s }`, or `false`. Default: where there is another target, server or key.',
    ),
  mirror: mirror
    .optional()
    .describe(
      'An upstream that gets copies of the requests, prompts included, and whose answers are thrown away: `shadow`, or `{ upstream: shadow, share: 10% }`.',
    ),
  strip_prefix: urlPath.optional().describe('Removed from the front of the path, such as `/v1/custom`.'),
  add_prefix: urlPath.optional().describe('Put in front of the path, after `strip_prefix`, such as `/v1`.'),
  set_path: urlPath.optional().describe('Replaces the path as a whole, such as `/v1/chat/completions`.'),
  timeouts: timeouts.optional().describe('Time limits, such as `{ connect: 5s, idle: 120s }`.'),
  stream_errors: z
    .enum(['break', 'event'])
    .optional()
    .describe(
      'How clients learn that a stream ended too early: `break` cuts the connection, `event` sends an error event of the API first. Default: break.',
    ),
  max_body_size: size.optional().describe("Largest request body. Default: the server's."),
  buffering: z
    .boolean()
    .optional()
    .describe('Collect answers before passing them on. Default: false, so that tokens arrive one by one.'),
  websocket: z
    .boolean()
    .optional()
    .describe(
      'Let clients switch to websockets. Those whose `models` are restricted only where the handshake names the model of all that follows, as `/v1/realtime?model=…` does. Default: false.',
    ),
  compression: z.boolean().optional().describe('Compress answers of this route. Default: as `compression` says.'),
  response_headers: z
    .record(headerName, headerValue)
    .optional()
    .describe("Headers added to answers, besides the server's."),
  request_headers: z.record(headerName, headerValue).optional().describe('Headers set on requests to the upstream.'),
});

const answers = ['upstream', 'split', 'answer'] as const;

const nothingAnswers: ScalarProblem = { expected: 'name', help: 'say what answers: `upstream`, `split` or `answer`' };

/** A route that nothing answers is told of together with all else that is wrong with it. */
export const routeSection = routeObject.refine((route) => answers.some((key) => route[key] !== undefined), {
  path: ['upstream'],
  params: { ...nothingAnswers },
  when: ({ value }) => typeof value === 'object' && value !== null,
});
