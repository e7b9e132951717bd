import { basicAuthObject } from './effects-basic-auth.ts';
import { clientObject } from './effects-client.ts';
import { certificateObject, clientCertificatesObject } from './effects-client-certificates.ts';
import { introspectionObject } from './effects-introspection.ts';
import { keyMapObject } from './effects-key-map.ts';
import { modelObject } from './effects-model.ts';
import { rateZoneObject } from './effects-rate-zone.ts';
import { routeObject } from './effects-route.ts';
import { composeObject, compressionObject, logObject, processObject, resolverObject } from './effects-runtime.ts';
import { serverObject } from './effects-server.ts';
import { tokenIssuerObject } from './effects-token-issuer.ts';
import { upstreamObject } from './effects-upstream.ts';
import { vaultObject } from './effects-vault.ts';
import type { ObjectRules } from './rule.ts';

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
