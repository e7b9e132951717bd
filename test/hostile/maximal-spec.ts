import type { PlainValue } from '../../src/source/value-node.ts';
import { accessSpec } from './access-spec.ts';
import { limitsSpec } from './limits-spec.ts';
import { routingSpec } from './routing-spec.ts';
import { trafficSpec } from './traffic-spec.ts';

/** A spec that uses every key of the language at least once, and compiles for debian-12. */
export const maximalSpec = {
  ...accessSpec,
  ...trafficSpec,
  models: routingSpec.models,
  rate_zones: limitsSpec.rate_zones,
  key_maps: { ...accessSpec.key_maps, ...limitsSpec.key_maps },
  jwt: { ...accessSpec.jwt, ...limitsSpec.jwt },
  server: { ...trafficSpec.server, ...limitsSpec.server, allow: accessSpec.server.allow, deny: accessSpec.server.deny },
  upstreams: { ...trafficSpec.upstreams, ...accessSpec.upstreams, ...routingSpec.upstreams, ...limitsSpec.upstreams },
  routes: [...trafficSpec.routes, ...accessSpec.routes, ...routingSpec.routes, ...limitsSpec.routes],
} satisfies PlainValue;

/** Keys that it cannot have: `include` is no part of a merged spec, and there is one way at a time to sign in to Vault. */
export const absentKeys: readonly string[] = [
  'include',
  'vault.auth.kubernetes',
  'vault.auth.kubernetes.role',
  'vault.auth.token_file',
];
