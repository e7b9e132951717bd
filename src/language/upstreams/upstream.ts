import { z } from 'zod';
import { clientReference } from '../common/access-scalars.ts';
import { hostPattern, serverAddress } from '../common/addresses.ts';
import { object, oneOrMany, scalar } from '../common/combinators.ts';
import {
  credentialReference,
  duration,
  filePath,
  headerName,
  headerValue,
  name,
  queryName,
  timeSpan,
  urlPath,
} from '../common/scalars.ts';
import { breaker, healthCheck } from './health.ts';
import { providerNames } from './provider-presets.ts';

/** The first label of an SRV record (RFC 2782), without its underscore. */
const serviceName = scalar({
  what: 'service name',
  help: 'a service name has letters, digits and `-`, 15 characters at most, such as `http`',
  pattern: '^[A-Za-z0-9-]{1,15}$',
  examples: ['http'],
  parse: (text) => (/^[A-Za-z0-9]([A-Za-z0-9-]{0,13}[A-Za-z0-9])?$/.test(text) ? text.toLowerCase() : undefined),
});

const serverObject = object({
  address: serverAddress.describe('Where the server listens, such as `llm-backend-1:8000`.'),
  weight: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('Its share of the requests, relative to the others; 0 takes none. Default: 1.'),
  backup: z.boolean().optional().describe('Used only when all others are unavailable. Default: false.'),
  down: z.boolean().optional().describe('Out of use for now. Default: false.'),
  max_conns: z
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Most connections at one time; 0 is no limit. Default: 0.'),
  max_fails: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('Failures within `fail_timeout` that take it out; 0 never does. Default: 1.'),
  fail_timeout: duration
    .optional()
    .describe('The time in which failures count, and for which the server is then out. Default: 10s.'),
  slow_start: duration
    .optional()
    .describe('How long its share of the requests grows after it came back, such as `30s`. Default: 0s.'),
  service: serviceName
    .optional()
    .describe(
      'Look up the DNS SRV record of this service, such as `http` for `_http._tcp.<address>`, which tells hosts, ports and weights; needs `resolver`.',
    ),
});

const server = z.union([
  serverAddress.transform((address): z.output<typeof serverObject> => ({ address })),
  serverObject,
]);

/** nginx reads a query argument into a variable of its name, and names of variables are words. */
const variableQueryName = scalar({
  what: 'query argument name',
  help: 'a query argument to hash by has letters, digits and `_`',
  pattern: '^[A-Za-z0-9_]{1,60}$',
  examples: ['user'],
  parse: (text) => (/^[A-Za-z0-9_]{1,60}$/.test(text) ? text : undefined),
});

const hashKey = z.union([
  z.enum(['client', 'uri']),
  object({ header: headerName.describe('Hash by this request header.') }),
  object({ query: variableQueryName.describe('Hash by this query argument.') }),
]);

const balance = z.union([
  z.enum(['round_robin', 'least_conn', 'ip_hash', 'random', 'least_time', 'conversation']),
  object({
    conversation: object({
      ttl: timeSpan
        .optional()
        .describe('How long after its last request a conversation keeps its server. Default: 10m.'),
    }).describe('Keep each conversation with the server whose cache knows its beginning.'),
  }),
  object({
    hash: hashKey.describe(
      'What requests with the same server have in common: `client`, `uri`, `{ header: X-Session-Id }` or `{ query: user }`.',
    ),
    consistent: z
      .boolean()
      .optional()
      .describe('Ketama hashing: few requests move when servers come and go. Default: true.'),
  }),
]);

const keepaliveObject = object({
  connections: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Idle connections kept by each worker. Default: 32.'),
  timeout: duration
    .optional()
    .describe("How long an idle connection is kept; stay below the server's own limit. Default: 30s."),
  requests: z.number().int().min(1).max(1_000_000).optional().describe('Requests over one connection. Default: 1000.'),
});

const keepalive = z.union([
  z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .transform((connections): z.output<typeof keepaliveObject> => ({ connections })),
  z.literal(false),
  keepaliveObject,
]);

const tls = z.union([
  z.boolean(),
  object({
    name: hostPattern
      .optional()
      .describe('The name to ask for (SNI) and to find in the certificate. Default: the host of the servers.'),
    verify: z.boolean().optional().describe('Check the certificate. Default: true; `false` is reported as a warning.'),
    ca: filePath.optional().describe('Authorities to trust, in PEM form. Default: those of the system.'),
  }),
]);

const accountHeaders = z.record(headerName, headerValue).optional();

const weightedKey = object({
  from: credentialReference.describe('Where the secret is, such as `env:OPENAI_API_KEY`.'),
  headers: accountHeaders.describe(
    'Headers that go with this key, such as `{ OpenAI-Organization: org-1 }`, over those beside `from`.',
  ),
  weight: z.number().int().min(1).max(1000).optional().describe('Its share of the requests. Default: 1.'),
});

const credentialKeys = oneOrMany(
  z.union([credentialReference.transform((from): z.output<typeof weightedKey> => ({ from })), weightedKey]),
);

const credentialRule = object({
  client: clientReference
    .optional()
    .describe('For this client; `apps/mobile` where more than one way to authenticate could know a `mobile`.'),
  tier: name.optional().describe('For clients of this tier.'),
  route: name.optional().describe('For requests of this route.'),
  from: credentialKeys.describe('The key, or several with weights.'),
  headers: accountHeaders.describe('Headers that go with these keys, such as `{ OpenAI-Project: proj_mobile }`.'),
});

const credentialObject = object({
  from: credentialKeys
    .optional()
    .describe(
      'Where the secret is: `env:OPENAI_API_KEY`, `file:/run/secrets/openai` or `vault:secret/data/openai#api_key`; several share the requests by `weight`.',
    ),
  for: z
    .array(credentialRule)
    .min(1)
    .optional()
    .describe(
      'Other keys for some clients, tiers or routes, such as `[{ client: mobile, from: env:MOBILE_KEY }]`; the first that fits counts.',
    ),
  headers: accountHeaders.describe(
    'Headers that go with the keys in `from`: whose account they are for, such as `{ OpenAI-Organization: org-1 }`. Clients cannot send these.',
  ),
  header: headerName.optional().describe("The header that carries it. Default: the provider's, else Authorization."),
  scheme: z
    .enum(['bearer', 'plain'])
    .optional()
    .describe(
      '`bearer` puts `Bearer ` before the secret. Default: bearer for Authorization, plain for any other header.',
    ),
  query: queryName.optional().describe('Send it as this query argument instead of a header.'),
  hosts: oneOrMany(hostPattern)
    .optional()
    .describe("Further hosts that may receive this provider's secret, such as your own relay."),
});

const credential = z.union([
  credentialKeys.transform((from): z.output<typeof credentialObject> => ({ from })),
  credentialObject,
]);

const upstreamObject = object({
  provider: z
    .enum(providerNames)
    .optional()
    .describe('A known provider: address, TLS name, path prefix and key header come with it. Default: custom.'),
  servers: z.array(server).min(1).optional().describe('The servers that answer. Providers bring their own.'),
  balance: balance
    .optional()
    .describe(
      'How requests are spread: `round_robin`, `least_conn`, `ip_hash`, `random` (best of two), `least_time` (the quickest to answer), `conversation` (one server for each, whose cache knows its beginning) or `{ hash: … }`. Default: round_robin.',
    ),
  keepalive: keepalive
    .optional()
    .describe('Idle connections to the servers: a number for each worker, settings, or `false`. Default: 32.'),
  tls: tls
    .optional()
    .describe(
      'Encrypt to the servers; certificates are verified. Default: true for providers and `https://` addresses.',
    ),
  credential: credential
    .optional()
    .describe(
      'The key that the servers want, by reference: `env:NAME`, `file:/path` or `vault:path#field`; a list shares the requests among several.',
    ),
  host: z
    .union([z.enum(['client']), hostPattern])
    .optional()
    .describe(
      "The Host header sent: `client` passes on what the client asked for. Default: the provider's name, else `client`.",
    ),
  base_path: urlPath.optional().describe('Put before every path, such as `/openai`. Default: what the provider needs.'),
  resolve: z
    .boolean()
    .optional()
    .describe(
      'Follow DNS changes of host names while running; needs `resolver`. Default: true when `resolver` is set.',
    ),
  health_check: healthCheck
    .optional()
    .describe(
      'Ask every server again and again whether it works: `{ path: /health }`, which is `true`, or `{ completion: <model> }`. Default: false, only requests tell.',
    ),
  breaker: breaker
    .optional()
    .describe(
      'Leave the upstream alone for a while after failures in a row, such as `{ failures: 5, open: 10s }`, or `false`. Default: those values where requests have a fallback.',
    ),
  longest_answer: timeSpan
    .optional()
    .describe('How long its servers work on one request at most. Only checked: routes have to wait as long.'),
  request_headers: z
    .record(headerName, headerValue)
    .optional()
    .describe('Headers set on requests to these servers, such as `{ X-Team: search }`.'),
});

/** One pool of interchangeable servers; a list is short for `{ servers: [...] }`. */
export const upstreamSection = z.union([
  z
    .array(server)
    .min(1)
    .transform((servers): z.output<typeof upstreamObject> => ({ servers })),
  upstreamObject,
]);
