import { z } from 'zod';
import { object, oneOrMany, scalar } from '../common/combinators.ts';
import { headerName, name } from '../common/scalars.ts';
import { target } from './models.ts';

/** A share in hundredths of a percent, which is what nginx's split_clients can tell apart. */
export const percentage = scalar({
  what: 'percentage',
  help: 'a percentage is a number from 0 to 100 with at most two decimals and `%`, such as `5%` or `0.25%`',
  pattern: '^[0-9]{1,3}(\\.[0-9]{1,2})?%$',
  examples: ['5%', '0.25%'],
  parse: (text) => {
    const match = /^([0-9]{1,3})(?:\.([0-9]{1,2}))?%$/.exec(text);
    if (match === null) return undefined;
    const share = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
    return share <= 10_000 ? share : undefined;
  },
});

/** nginx reads a cookie into a variable of its name, and names of variables are words. */
const cookieName = scalar({
  what: 'cookie name',
  help: 'the name of a cookie that keeps a caller on one side has letters, digits and `_`',
  pattern: '^[A-Za-z0-9_]{1,60}$',
  examples: ['session'],
  parse: (text) => (/^[A-Za-z0-9_]{1,60}$/.test(text) ? text : undefined),
});

const sticky = z.union([
  z.enum(['client']),
  object({ header: headerName.describe('Requests with the same value of this header have the same side.') }),
  object({ cookie: cookieName.describe('Requests with the same value of this cookie have the same side.') }),
]);

/** What answers the requests of a route, and what does when that fails. */
export const destination = {
  upstream: z
    .string()
    .optional()
    .describe(
      'The name of the upstream that answers, or `by_model`: the model of the request decides, through `models`. A route has one of `upstream`, `split` and `answer`.',
    ),
  split: z
    .record(name, percentage)
    .optional()
    .describe('Shares of the requests by upstream, such as `{ llama: 95%, claude: 5% }`; they add up to 100%.'),
  sticky: sticky
    .optional()
    .describe(
      'What keeps its side of a `split`: `client` (who is asking, else the address), `{ header: X-Session-Id }` or `{ cookie: session }`. Default: each request is drawn.',
    ),
  force_header: headerName
    .optional()
    .describe('A request header that names the side of a `split` by its upstream, such as `X-Canary`.'),
  answer: z
    .enum(['models'])
    .optional()
    .describe('`models`: the gateway itself answers with the list of models that the caller may use.'),
  fallback: oneOrMany(target)
    .optional()
    .describe(
      'Where a request goes when it fails, in order: upstreams, or `{ upstream: claude, as: claude-sonnet-4 }`. A prompt may then be sent twice; `retry.on` says when.',
    ),
} as const;
