import type { Gateway } from '../../gateway/common/gateway.ts';
import type { PlainValue } from '../../source/value-node.ts';

/** A model without its places in the spec, as a manifest keeps it. */
type Public<T> = T extends readonly (infer Item)[]
  ? readonly Public<Item>[]
  : T extends object
    ? { readonly [Key in keyof T as Key extends 'at' ? never : Key]: Public<T[Key]> }
    : T;

export type PublicModel = Public<Gateway>;
export type PublicServer = PublicModel['server'];
export type PublicUpstream = PublicModel['upstreams'][number];
export type PublicModelLine = PublicModel['models'][number];
export type PublicRoute = PublicModel['routes'][number];
export type PublicRateZone = PublicModel['rateZones'][number];
export type PublicRateTier = PublicRateZone['tiers'][number];
export type PublicKeyMap = PublicModel['keyMaps'][number];
export type PublicClient = PublicKeyMap['clients'][number];
export type PublicTokenIssuer = PublicModel['tokenIssuers'][number];
export type PublicIntrospection = PublicModel['introspection'][number];
export type PublicBasicAuth = PublicModel['basicAuth'][number];
export type PublicCertificates = PublicModel['clientCertificates'][number];
export type PublicCertificate = PublicCertificates['clients'][number];

/**
 * The model of a manifest (`model` in `openclaw.manifest.json`) or of `build` with `emit: 'model'`, read from JSON; undefined
 * when it is too far from this version's to be compared.
 */
export function readPublicModel(model: PlainValue | undefined): PublicModel | undefined {
  return isModel(model) ? model : undefined;
}

function isModel(model: PlainValue | undefined): model is PublicModel {
  if (!isMap(model)) return false;
  const { server, upstreams, routes } = model;
  return (
    isMap(server) &&
    hasLists(server, ['names', 'listeners', 'responseHeaders', 'limits']) &&
    isAddressRules(server.addresses) &&
    isListOf(upstreams, ['servers', 'requestHeaders', 'credentialArguments']) &&
    upstreams.every(({ credential }) => !isMap(credential) || hasLists(credential, ['keys', 'rules', 'hosts'])) &&
    isListOf(routes, ['conditions', 'fallback', 'requestHeaders', 'responseHeaders', 'limits']) &&
    routes.every(
      ({ path, auth, addresses, destination, retry, timeouts }) =>
        [path, auth, destination, retry, timeouts].every(isMap) && isAddressRules(addresses),
    ) &&
    isListOf(model.models, ['targets']) &&
    isListOf(model.rateZones, ['tiers']) &&
    isListOf(model.keyMaps, ['sources', 'clients']) &&
    isListOf(model.tokenIssuers, ['sources', 'algorithms', 'audience']) &&
    isListOf(model.introspection, ['sources', 'audience']) &&
    isListOf(model.basicAuth, ['users']) &&
    isListOf(model.clientCertificates, ['clients'])
  );
}

type PlainMap = { readonly [key: string]: PlainValue };

function isMap(value: PlainValue | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Named things, each with these lists. */
function isListOf(list: PlainValue | undefined, keys: readonly string[]): list is readonly PlainMap[] {
  return (
    Array.isArray(list) &&
    list.every((item: PlainValue) => isMap(item) && typeof item.name === 'string' && hasLists(item, keys))
  );
}

function isAddressRules(rules: PlainValue | undefined): boolean {
  return isMap(rules) && hasLists(rules, ['allow', 'deny']);
}

function hasLists(map: PlainMap, keys: readonly string[]): boolean {
  return keys.every((key) => Array.isArray(map[key]));
}
