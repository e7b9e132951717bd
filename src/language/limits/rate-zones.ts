import { z } from 'zod';
import { object, scalar } from '../common/combinators.ts';
import { claimName, headerName, name } from '../common/scalars.ts';

/** How many requests in how long, as nginx counts them (nginx.org/en/docs/http/ngx_http_limit_req_module.html). */
export interface Rate {
  readonly requests: number;
  readonly per: 'second' | 'minute';
}

/** nginx keeps thousandths of requests a second in a machine word; a million is far from its end. */
const mostRequests = 1_000_000;

const rate = scalar({
  what: 'rate',
  help: 'a rate is a whole number of requests a second or a minute, such as `10r/s` or `60r/m`, 1 at least',
  pattern: '^[0-9]{1,7}r/[sm]$',
  examples: ['10r/s', '60r/m'],
  parse: (text): Rate | undefined => {
    const [, digits, unit] = /^([0-9]{1,7})r\/([sm])$/.exec(text) ?? [];
    const requests = Number(digits);
    if (!(requests >= 1 && requests <= mostRequests)) return undefined;
    return { requests, per: unit === 's' ? 'second' : 'minute' };
  },
});

/** nginx wants eight pages of memory at least, and pages have up to 64 kB. */
const zoneSize = scalar({
  what: 'memory size',
  help: 'the memory of a limit is a size from `1m` to `1g`; 1m holds about 8000 callers',
  pattern: '^[0-9]{1,7}[kmgKMG]$',
  examples: ['10m'],
  parse: (text) => {
    const [, digits, unit = ''] = /^([0-9]{1,7})([kmg])$/.exec(text.toLowerCase()) ?? [];
    const bytes = Number(digits) * ({ k: 1024, m: 1_048_576, g: 1_073_741_824 }[unit] ?? Number.NaN);
    return bytes >= 1_048_576 && bytes <= 1_073_741_824 ? bytes : undefined;
  },
});

/** nginx reads a query argument into a variable of its name, and names of variables are words. */
const countedArgument = scalar({
  what: 'query argument name',
  help: 'a query argument to count by has letters, digits and `_`',
  pattern: '^[A-Za-z0-9_]{1,60}$',
  examples: ['user'],
  parse: (text) => (/^[A-Za-z0-9_]{1,60}$/.test(text) ? text : undefined),
});

const zoneKey = z.union([
  z.enum(['ip', 'client', 'route', 'gateway']),
  object({ claim: claimName.describe("Count by this claim of the caller's token, such as `org`.") }),
  object({ header: headerName.describe('Count by this request header.') }),
  object({ query: countedArgument.describe('Count by this query argument.') }),
]);

const burst = z.number().int().min(0).max(mostRequests);

const tierObject = object({
  rate: rate.describe('The rate for this tier, such as `600r/m`.'),
  burst: burst.optional().describe("How many may come at once beyond the first. Default: the limit's, if it says one."),
});

const tier = z.union([
  z.literal('unlimited'),
  rate.transform((given): z.output<typeof tierObject> => ({ rate: given })),
  tierObject,
]);

/** A limit by rate: what is counted together, and how many requests that may be. */
export const rateZoneSection = object({
  key: zoneKey.describe(
    'What has a count of its own: each address (`ip`), caller (`client`) or `route`, the `gateway` as a whole, or each value of a `{ claim: org }`, `{ header: X-User }` or `{ query: user }`.',
  ),
  rate: rate.describe('How many requests pass in the long run, such as `10r/s` or `60r/m`.'),
  burst: burst
    .optional()
    .describe(
      'How many may come at once beyond the first after a pause. Default: one less than `rate` names, so that 60 of `60r/m` may.',
    ),
  delay: z
    .union([z.boolean(), z.number().int().min(0).max(mostRequests)])
    .optional()
    .describe(
      'Whether a burst is slowed to the rate: `false` passes it at once, `true` makes it wait, a number passes so many of it first. Default: false.',
    ),
  memory: zoneSize.optional().describe('Memory for the counts, such as `10m`; the oldest go first. Default: 10m.'),
  tiers: z
    .record(name, tier)
    .optional()
    .describe('Other rates by the tier of the caller, such as `{ premium: 600r/m, internal: unlimited }`.'),
});

/** The limits that a request has to pass, by name. */
export const limitList = z
  .union([name, z.array(name)])
  .transform((value): readonly string[] => (Array.isArray(value) ? value : [value]));
