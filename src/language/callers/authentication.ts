import { z } from 'zod';
import { clientId, keyHash, keySource, moment, rights } from '../common/access-scalars.ts';
import { endpointUrl } from '../common/addresses.ts';
import { object, oneOrMany, scalar } from '../common/combinators.ts';
import {
  claimName,
  credentialReference,
  duration,
  filePath,
  name,
  passwordHash,
  pemText,
  subjectName,
} from '../common/scalars.ts';

const keyObject = object({
  hash: keyHash.describe('The SHA-256 of the key, from `openclaw keys hash`.'),
  not_before: moment.optional().describe('This key is refused before this time.'),
  not_after: moment.optional().describe('This key is refused from this time on, so that two can overlap.'),
});

const key = z.union([keyHash.transform((hash): z.output<typeof keyObject> => ({ hash })), keyObject]);

const keyClient = object({
  id: clientId.describe('Who this is, such as `mobile`: shown in logs.'),
  key: oneOrMany(key).describe('The SHA-256 of its key, or of several that are valid at once: `sha256:…`.'),
  ...rights,
});

const from = oneOrMany(keySource);

const sameClients = {
  same_clients_as: name
    .optional()
    .describe(
      'Another way to authenticate that knows the same clients, such as `apps`: who has one id in both is one client, with its provider keys and its counts. Default: none, and equal ids are two clients.',
    ),
} as const;

/** Clients known by a key of their own. */
export const keyMapSection = object({
  from: from
    .optional()
    .describe(
      'Where requests carry the key: `bearer`, `x-api-key`, `api-key`, `header X-Your-Header`, `websocket` or `query name`; the first that is there counts. Default: [bearer, x-api-key, api-key].',
    ),
  clients: z.array(keyClient).min(1).optional().describe('The clients and the hashes of their keys.'),
  file: filePath
    .optional()
    .describe('A file with further keys, one a line, which the gateway watches; `openclaw keys` edits it.'),
  ...sameClients,
});

/** What a 401 names, between quotes that nginx does not escape (ngx_http_auth_basic_module, `auth_basic`). */
const realm = scalar({
  what: 'realm',
  help: 'a realm is printable ASCII text without `"` and `\\`, 200 characters at most',
  pattern: '^[ !#-\\[\\]-~]{1,200}$',
  examples: ['Staff'],
  parse: (text) => (/^[ !#-[\]-~]{1,200}$/.test(text) ? text : undefined),
});

/** People known by a name and a password (RFC 7617). */
export const basicAuthSection = object({
  file: filePath.optional().describe('An htpasswd file, such as `/etc/openclaw/staff.htpasswd`.'),
  users: z
    .record(clientId, passwordHash)
    .optional()
    .describe('Names and password hashes as `htpasswd -B` or `mkpasswd` make them.'),
  realm: realm.optional().describe('What browsers show when they ask for the password. Default: its name.'),
  tier: name.optional().describe('The tier of all of them.'),
  ...sameClients,
});

/** What a claim is compared with; an empty one would be found wherever words are parted. */
const claimValue = scalar({
  what: 'claim value',
  help: 'a claim value is printable text, 1800 characters at most',
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  examples: ['chat'],
  parse: (text) => (text === '' ? undefined : text),
});

const claims = {
  client: claimName.optional().describe('The claim that says who calls, such as `sub` or `azp`. Default: sub.'),
  tier: claimName.optional().describe('The claim that names the tier, such as `plan`.'),
  require: z
    .record(claimName, z.union([z.literal(true), oneOrMany(claimValue)]))
    .optional()
    .describe(
      'Claims that must be there, such as `{ scope: chat }`: the value itself, a word of it, or an item of a list. `true` takes any value.',
    ),
} as const;

const remoteKeys = object({
  url: endpointUrl.describe('The JWKS of the issuer, such as `https://login.example.com/.well-known/jwks.json`.'),
  max_age: duration.optional().describe('How long fetched keys are used before they are fetched again. Default: 1h.'),
  min_refresh: duration
    .optional()
    .describe('The shortest time between two fetches, however many unknown keys are named. Default: 30s.'),
  timeout: duration.optional().describe('How long a fetch may take. Default: 5s.'),
});

const tokenKeys = z.union([
  endpointUrl.transform((url): z.output<typeof remoteKeys> => ({ url })),
  remoteKeys,
  object({ file: filePath.describe('A JWKS or a PEM public key, which the gateway watches.') }),
  object({ public_key: pemText.describe('A public key in PEM form.') }),
  object({
    secret: credentialReference.describe(
      'The shared secret of HS256, by reference: `env:JWT_SECRET`, 32 bytes at least.',
    ),
  }),
]);

/** Callers known by a signed token (RFC 7519). */
export const jwtSection = object({
  from: from.optional().describe('Where requests carry the token. Default: bearer.'),
  keys: tokenKeys.describe(
    'What tokens are verified with: the URL of a JWKS, `{ file: … }`, `{ public_key: … }` or `{ secret: env:NAME }`.',
  ),
  algorithms: oneOrMany(z.enum(['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA']))
    .optional()
    .describe('Signatures that are accepted. Default: HS256 with a secret, else RS256 and ES256.'),
  issuer: claimValue.optional().describe('What `iss` must be. Tokens of other issuers are refused.'),
  audience: oneOrMany(claimValue).optional().describe('What `aud` must name, one of these.'),
  leeway: duration.optional().describe('By how much clocks may differ. Default: 30s.'),
  require_expiry: z.boolean().optional().describe('Refuse tokens without `exp`. Default: true.'),
  ...claims,
  ...sameClients,
});

/** Callers known by a token that its issuer is asked about (RFC 7662). */
export const introspectionSection = object({
  from: from.optional().describe('Where requests carry the token. Default: bearer.'),
  url: endpointUrl.describe("The issuer's introspection endpoint."),
  client_id: claimValue.describe('The name of this gateway at the issuer.'),
  client_secret: credentialReference.describe('Its secret there, by reference: `env:NAME` or `file:/path`.'),
  authentication: z
    .enum(['basic', 'post'])
    .optional()
    .describe('How the secret is sent: as a header, or in the body. Default: basic.'),
  cache: duration.optional().describe('How long an answer is believed; a revoked token works so long. Default: 60s.'),
  timeout: duration.optional().describe('How long the issuer may take. Default: 5s.'),
  audience: oneOrMany(claimValue).optional().describe('What `aud` must name, one of these.'),
  ...claims,
  ...sameClients,
});

const certificateClient = object({
  id: clientId.describe('Who this is, such as `batch`: shown in logs.'),
  subject: subjectName.describe(
    "The certificate's subject as nginx writes it (RFC 2253), such as `CN=batch,O=Example`.",
  ),
  ...rights,
});

/** Callers known by a certificate of their own (mutual TLS). */
export const clientCertificatesSection = object({
  ca: filePath.describe('The authorities whose certificates are accepted, in PEM form.'),
  crl: filePath.optional().describe('Revoked certificates, in PEM form, for every authority of the chain.'),
  depth: z.number().int().min(1).max(10).optional().describe('Longest chain of authorities. Default: 2.'),
  clients: z
    .array(certificateClient)
    .min(1)
    .optional()
    .describe('Certificates that are known, by subject. Default: all of the authorities; the id is the common name.'),
  ...sameClients,
});

/** Who may call a route. */
export const routeAuth = z.union([
  z.literal('none'),
  oneOrMany(name).transform((any): { any: readonly string[] } => ({ any })),
  object({ any: z.array(name).min(1).describe('One of these is enough; tried in this order.') }),
  object({ all: z.array(name).min(1).describe('All of these are needed; checked in this order.') }),
]);
