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
import { upstreamLists, upstreamRules } from './effects-upstream.ts';
import type { ObjectRules } from './rule.ts';

const none = { lists: {}, identity: [] };

/** Every object of the model and what its fields mean, in the order in which changes are told. */
export const objectRules = {
  server: { fields: serverRules, lists: serverLists, identity: [] },
  resolver: { fields: resolverRules, ...none },
  upstream: { fields: upstreamRules, lists: upstreamLists, identity: ['name'] },
  route: { fields: routeRules, lists: routeLists, identity: [] },
  compression: { fields: compressionRules, ...none },
  log: { fields: logRules, ...none },
  process: { fields: processRules, ...none },
  compose: { fields: composeRules, lists: composeLists, identity: [] },
} as const satisfies Readonly<Record<string, ObjectRules>>;
