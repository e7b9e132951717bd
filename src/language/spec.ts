import { z } from 'zod';
import {
  basicAuthSection,
  clientCertificatesSection,
  introspectionSection,
  jwtSection,
  keyMapSection,
} from './callers/authentication.ts';
import { addressListsSection } from './common/access-scalars.ts';
import { object, oneOrMany } from './common/combinators.ts';
import { name } from './common/scalars.ts';
import { modelsSection } from './destinations/models.ts';
import { rateZoneSection } from './limits/rate-zones.ts';
import { routeSection } from './routes/route.ts';
import {
  composeSection,
  compressionSection,
  logSection,
  processSection,
  resolverSection,
  vaultSection,
} from './server/runtime.ts';
import { serverSection } from './server/server.ts';
import { upstreamSection } from './upstreams/upstream.ts';

const targetSection = z.union([
  z.string().transform((target) => ({ name: target })),
  object({
    name: z.string().describe('The name of the target.'),
    lua: z.boolean().optional().describe('Whether this nginx has the Lua module.'),
    brotli: z.boolean().optional().describe('Whether this nginx has the Brotli module.'),
  }),
]);

/** The whole of openclaw.yaml. */
export const specSchema = object({
  version: z.literal(1).describe('The version of this language: 1.'),
  target: targetSection
    .optional()
    .describe(
      'What the configuration will run on: `debian-12`, `debian-13`, `nginx-1.30`, `openresty-1.27`, `openresty-1.29`, a plain `nginx-<version>` without Lua, or `local` (asks `nginx -V`). Default: debian-13.',
    ),
  include: oneOrMany(z.string())
    .optional()
    .describe('Further files whose content comes before this one, such as `[upstreams.yaml]`.'),
  server: serverSection.optional().describe('Names, addresses and TLS of the gateway.'),
  resolver: resolverSection
    .optional()
    .describe('DNS servers that follow the names of upstreams, such as `127.0.0.11`.'),
  upstreams: z.record(name, upstreamSection).describe('The servers behind the gateway, by name.'),
  address_lists: addressListsSection
    .optional()
    .describe(
      'Named lists of addresses, such as `{ office: [10.0.0.0/8] }`, or `${file:blocked.txt}` with one a line.',
    ),
  key_maps: z.record(name, keyMapSection).optional().describe('Clients with keys, by the name that routes use.'),
  jwt: z.record(name, jwtSection).optional().describe('Issuers of signed tokens, by name.'),
  introspection: z
    .record(name, introspectionSection)
    .optional()
    .describe('Issuers that are asked about tokens, by name.'),
  basic_auth: z.record(name, basicAuthSection).optional().describe('People with passwords, by name.'),
  client_certificates: z
    .record(name, clientCertificatesSection)
    .optional()
    .describe('Callers with certificates, by name.'),
  vault: vaultSection.optional().describe('The Vault that `vault:` credentials come from.'),
  models: modelsSection
    .optional()
    .describe(
      'What clients ask for, and where it is served: `{ fast: llama, smart: { upstream: claude, as: claude-sonnet-4, fallback: [openai] } }`. An exact name wins over patterns such as `"gpt-4o*"`, and of those the one with the most literal characters.',
    ),
  rate_zones: z.record(name, rateZoneSection).optional().describe('Limits by rate, by the name that `limits` use.'),
  routes: z.array(routeSection).min(1).describe('Which requests go where.'),
  compression: compressionSection.optional().describe('Compression of answers; event streams stay uncompressed.'),
  log: logSection.optional().describe('Where requests and problems are logged.'),
  process: processSection.optional().describe('The nginx processes.'),
  compose: composeSection.optional().describe('The Docker Compose project.'),
});

export type Spec = z.output<typeof specSchema>;
