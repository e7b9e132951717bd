import { z } from 'zod';
import { cidr } from './addresses.ts';
import type { ScalarProblem } from './combinators.ts';
import { oneOrMany, scalar } from './combinators.ts';
import { name, namePattern } from './scalars.ts';

/** Who calls: shown in logs, and what limits and provider keys go by. */
export const clientId = scalar({
  what: 'client id',
  help: 'a client id starts with a letter or digit, followed by letters, digits or `_ . @ -`, 64 characters at most',
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$',
  examples: ['mobile'],
  parse: (text) => (/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/.test(text) ? text : undefined),
});

/** A client, with the way that it is known by where several could be meant: `mobile`, `apps/mobile`. */
export const clientReference = scalar({
  what: 'client',
  help: 'a client is an id such as `mobile`, or the name of a way to authenticate and an id, such as `apps/mobile`',
  pattern: '^(?:[a-z][a-z0-9_-]{0,62}/)?[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$',
  examples: ['mobile', 'apps/mobile'],
  parse: (text) => (/^(?:[a-z][a-z0-9_-]{0,62}\/)?[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/.test(text) ? text : undefined),
});

/** The SHA-256 of a client's key, as 64 lower-case hexadecimal digits; the key itself is nowhere. */
export const keyHash = scalar({
  what: 'key hash',
  help: 'keys are stored as `sha256:` and 64 hexadecimal digits; `openclaw keys hash` makes one of a key',
  pattern: '^sha256:[0-9A-Fa-f]{64}$',
  examples: ['sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  parse: (text) => (/^sha256:[0-9A-Fa-f]{64}$/.test(text) ? text.slice(7).toLowerCase() : undefined),
});

/** A model's name, in which `*` stands for anything. */
export const modelPattern = scalar({
  what: 'model name',
  help: 'a model name has letters, digits and `_ . : / @ + -`; `*` stands for anything',
  pattern: '^[A-Za-z0-9_.:/@*+-]{1,200}$',
  examples: ['gpt-4o*'],
  parse: (text) => (/^[A-Za-z0-9_.:/@*+-]{1,200}$/.test(text) ? text : undefined),
});

/** A moment, in seconds since 1970 (UTC). A date alone is its first second. */
export const moment = scalar({
  what: 'time',
  help: 'a time is a date such as `2027-01-31`, or one with a time in UTC such as `2027-01-31T12:30:00Z`',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$',
  examples: ['2027-01-31'],
  parse: (text) => {
    const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})Z)?$/.exec(text);
    if (match === null) return undefined;
    const iso = `${match[1]}T${match[2] ?? '00:00:00'}Z`;
    const milliseconds = Date.parse(iso);
    // Date.parse lets 30 February pass as 2 March.
    return Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== iso.replace('Z', '.000Z')
      ? undefined
      : milliseconds / 1000;
  },
});

export type AddressItem =
  | { readonly kind: 'range'; readonly range: string }
  | { readonly kind: 'list'; readonly name: string };

/** An address range, or the name of a list of them. */
export const addressItem = scalar({
  what: 'address range or list',
  help: 'write a range such as `10.0.0.0/8`, one address, or the name of one of `address_lists`',
  pattern: '^[0-9A-Za-z_.:/-]{1,63}$',
  examples: ['10.0.0.0/8', 'office'],
  parse: (text): AddressItem | undefined => {
    const range = cidr.safeParse(text);
    if (range.success) return { kind: 'range', range: range.data };
    return namePattern.test(text) ? { kind: 'list', name: text } : undefined;
  },
});

const addressItems = oneOrMany(addressItem);

export type KeySource =
  | { readonly kind: 'bearer' | 'websocket' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string };

/** Where a request carries its key or token. */
export const keySource = scalar({
  what: 'place of a key',
  help: 'keys come from `bearer`, `x-api-key`, `api-key`, `header X-Your-Header`, `websocket` or `query name`',
  pattern: '^(bearer|x-api-key|api-key|websocket|header +[A-Za-z0-9-]{1,100}|query +[A-Za-z0-9_.~-]{1,100})$',
  examples: ['bearer', 'header X-Client-API-Key'],
  parse: (text): KeySource | undefined => {
    if (text === 'bearer' || text === 'websocket') return { kind: text };
    if (text === 'x-api-key' || text === 'api-key') return { kind: 'header', name: text };
    const [, kind, given] = /^(header|query) +([A-Za-z0-9_.~-]{1,100})$/.exec(text) ?? [];
    if (given === undefined) return undefined;
    if (kind === 'query') return { kind, name: given };
    return /^[A-Za-z0-9-]+$/.test(given) ? { kind: 'header', name: given } : undefined;
  },
});

/** What a known caller may do; what is left out is not restricted. */
export const rights = {
  tier: name.optional().describe('A class of clients, such as `premium`: for provider keys and limits.'),
  routes: oneOrMany(name).optional().describe('Routes that it may call. Default: all that ask for this.'),
  upstreams: oneOrMany(name).optional().describe('Upstreams that it may reach. Default: all.'),
  models: oneOrMany(modelPattern)
    .optional()
    .describe(
      'Models that it may ask for, such as `[gpt-4o*]`; what starts work without naming a model is refused. Default: all.',
    ),
  addresses: addressItems.optional().describe('Addresses that it may call from: ranges, or names of `address_lists`.'),
  not_before: moment.optional().describe('Refused before this time, such as `2026-12-01`.'),
  not_after: moment.optional().describe('Refused from this time on, such as `2027-01-31`.'),
} as const;

const listHelp =
  'an address list has one range such as `10.0.0.0/8` a line; what follows a `#` is a comment; 65,536 characters at most';

/** Says which line is wrong, but not what it says: the text may come from a file, and such values are not printed. */
const listText = scalar({
  what: 'address list',
  help: listHelp,
  pattern: '^[^\\u0000]*$',
  examples: ['10.0.0.0/8'],
  hasLines: true,
  longest: 65_536,
  parse: (text) => text,
}).transform((text, context): readonly string[] => {
  const lines = text.split('\n').map((line) => line.replace(/#.*$/, '').replace(/^[ \t]+|[ \t]+$/g, ''));
  const wrong = lines.findIndex((line) => line !== '' && !cidr.safeParse(line).success);
  const ranges = lines.flatMap((line) => cidr.safeParse(line).data ?? []);
  if (wrong === -1 && ranges.length > 0) return ranges;
  const found = wrong === -1 ? 'it has no ranges' : `line ${wrong + 1} is no range`;
  const params: ScalarProblem = { expected: 'address list', help: `${found}; ${listHelp}` };
  context.issues.push({ code: 'custom', message: 'invalid scalar', params: { ...params }, input: text });
  return z.NEVER;
});

/** Files from Windows end their lines with a carriage return too. */
const fileText = z.preprocess(
  (value) => (typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value),
  listText,
);

/** Ranges as a list, or as text with one a line, which is what `${file:blocked.txt}` gives. */
export const addressList = z.union([z.array(cidr).min(1), fileText]);

export const addressListsSection = z.record(name, addressList);

/** Who may call by address: `deny` wins; with `allow`, everybody else is refused. */
export const addressRules = {
  allow: addressItems.optional().describe('Only these addresses may call: ranges, or names of `address_lists`.'),
  deny: addressItems.optional().describe('These addresses may not call, even if `allow` names them.'),
} as const;
