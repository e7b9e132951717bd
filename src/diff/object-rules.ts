import { basicAuthObject } from './callers/basic-auth.ts';
import { clientObject } from './callers/client.ts';
import { certificateObject, clientCertificatesObject } from './callers/client-certificates.ts';
import { introspectionObject } from './callers/introspection.ts';
import { keyMapObject } from './callers/key-map.ts';
import { tokenIssuerObject } from './callers/token-issuer.ts';
import type { ObjectRules } from './common/rule.ts';
import { vaultObject } from './credentials/vault.ts';
import { modelObject } from './destinations/model.ts';
import { rateZoneObject } from './limits/rate-zone.ts';
import { routeObject } from './routes/route.ts';
import { composeObject, compressionObject, logObject, processObject, resolverObject } from './server/runtime.ts';
import { serverObject } from './server/server.ts';
import { upstreamObject } from './upstreams/upstream.ts';

/** Every object of the model and what its fields mean, in the order in which changes are told. */
export const objectRules = {
  server: serverObject,
  resolver: resolverObject,
  vault: vaultObject,
  key_map: keyMapObject,
  client: clientObject,
  jwt: tokenIssuerObject,
  introspection: introspectionObject,
  basic_auth: basicAuthObject,
  client_certificates: clientCertificatesObject,
  certificate: certificateObject,
  upstream: upstreamObject,
  model: modelObject,
  rate_zone: rateZoneObject,
  route: routeObject,
  compression: compressionObject,
  log: logObject,
  process: processObject,
  compose: composeObject,
} as const satisfies Readonly<Record<string, ObjectRules>>;
