import { basicAuthLists, basicAuthRules } from './effects-basic-auth.ts';
import { clientLists, clientRules } from './effects-client.ts';
import { certificateRules, clientCertificatesRules } from './effects-client-certificates.ts';
import { introspectionRules } from './effects-introspection.ts';
import { keyMapRules } from './effects-key-map.ts';
import { modelRules } from './effects-model.ts';
import { rateZoneLists, rateZoneRules } from './effects-rate-zone.ts';
import { routeLists, routeRules } from './effects-route.ts';
import {
  composeLists,
  composeRules,
  compressionRules,
  logRules,
  processRules,
  resolverRules,
} from './effects-runtime.ts';
import { serverLists, serverRules } from './effects-server.ts';
import { tokenIssuerRules } from './effects-token-issuer.ts';
import { upstreamLists, upstreamRules } from './effects-upstream.ts';
import { vaultRules } from './effects-vault.ts';
import type { ObjectRules } from './rule.ts';

const none = { lists: {}, identity: [] };

/** Every object of the model and what its fields mean, in the order in which changes are told. */
export const objectRules = {
  server: { fields: serverRules, lists: serverLists, identity: [] },
  resolver: { fields: resolverRules, ...none },
  vault: { fields: vaultRules, ...none },
  key_map: { fields: keyMapRules, lists: {}, identity: ['clients'] },
  client: { fields: clientRules, lists: clientLists, identity: ['id'] },
  jwt: { fields: tokenIssuerRules, ...none },
  introspection: { fields: introspectionRules, ...none },
  basic_auth: { fields: basicAuthRules, lists: basicAuthLists, identity: [] },
  client_certificates: { fields: clientCertificatesRules, ...none },
  certificate: { fields: certificateRules, lists: {}, identity: ['subject'] },
  upstream: { fields: upstreamRules, lists: upstreamLists, identity: ['name'] },
  model: { fields: modelRules, lists: {}, identity: ['name'] },
  rate_zone: { fields: rateZoneRules, lists: rateZoneLists, identity: ['name'] },
  route: { fields: routeRules, lists: routeLists, identity: ['destination'] },
  compression: { fields: compressionRules, ...none },
  log: { fields: logRules, ...none },
  process: { fields: processRules, ...none },
  compose: { fields: composeRules, lists: composeLists, identity: [] },
} as const satisfies Readonly<Record<string, ObjectRules>>;
