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
  if (model === undefined || model === null || typeof model !== 'object' || Array.isArray(model)) return undefined;
  const { server, upstreams, routes } = model as { readonly [key: string]: PlainValue };
  const isModel = typeof server === 'object' && server !== null && hasOnlyNamed(upstreams) && hasOnlyNamed(routes);
  return isModel ? (model as unknown as PublicModel) : undefined;
}

function hasOnlyNamed(list: PlainValue | undefined): boolean {
  return (
    Array.isArray(list) &&
    list.every((item) => typeof item === 'object' && item !== null && typeof item.name === 'string')
  );
}
