import type { Gateway } from '../model/gateway.ts';
import type { PlainValue } from '../source/value-node.ts';

/** A model without its places in the spec, as a manifest keeps it. */
export type Public<T> = T extends readonly (infer Item)[]
  ? readonly Public<Item>[]
  : T extends object
    ? { readonly [Key in keyof T as Key extends 'at' ? never : Key]: Public<T[Key]> }
    : T;

export type PublicModel = Public<Gateway>;
export type PublicServer = PublicModel['server'];
export type PublicUpstream = PublicModel['upstreams'][number];
export type PublicRoute = PublicModel['routes'][number];

/** The model of a manifest, or undefined when it is too far from this version's to be compared. */
export function readPublicModel(model: PlainValue | undefined): PublicModel | undefined {
  return isModel(model) ? model : undefined;
}

function isModel(model: PlainValue | undefined): model is PublicModel {
  if (!isMap(model)) return false;
  const { server, upstreams, routes } = model;
  return (
    isMap(server) &&
    hasLists(server, ['names', 'listeners', 'responseHeaders']) &&
    isListOf(upstreams, ['servers', 'requestHeaders', 'credentialArguments']) &&
    isListOf(routes, ['conditions', 'requestHeaders', 'responseHeaders']) &&
    routes.every((route) => isMap(route.path))
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

function hasLists(map: PlainMap, keys: readonly string[]): boolean {
  return keys.every((key) => Array.isArray(map[key]));
}
