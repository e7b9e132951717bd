import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import { authMethodsOf } from '../../gateway/common/auth-methods.ts';
import type { Route } from '../../gateway/common/gateway.ts';
import type { KeySource } from '../../language/common/access-scalars.ts';
import { namedMethods, placeOfMethod } from '../common/auth-places.ts';
import type { Check } from '../common/rule.ts';

/** OC3008: two ways that are both asked for, and that read the same place of the request: nobody can pass. */
export const checkCombinedMethods: Check = (gateway, sink) => {
  const methods = new Map(authMethodsOf(gateway).map((method) => [method.name, method]));
  for (const route of gateway.routes) {
    const [one, other] = firstConflict(route, methods) ?? [];
    if (one === undefined || other === undefined) continue;
    sink.error('OC3008', placeOfMethod(route, other.name, sink), {
      message: `no request can pass both \`${one.name}\` and \`${other.name}\``,
      help: 'both would read the same header of it, and each takes the first of its places that is there; give one a place of its own with `from`, such as `from: header X-Client-Key`',
    });
  }
};

function firstConflict(
  route: Route,
  methods: ReadonlyMap<string, AuthMethod>,
): readonly [AuthMethod, AuthMethod] | undefined {
  if (route.auth.kind !== 'all') return undefined;
  const named = namedMethods(route).flatMap((name) => methods.get(name) ?? []);
  for (const [index, other] of named.entries())
    for (const one of named.slice(0, index)) if (!canPassBoth(placesOf(one), placesOf(other))) return [one, other];
  return undefined;
}

/** Null for what a request does not carry in its head. */
function placesOf(method: AuthMethod): readonly string[] | null {
  if (method.kind === 'client_certificates') return null;
  return method.kind === 'basic_auth' ? ['basic'] : method.value.sources.map(placeOf);
}

function placeOf(source: KeySource): string {
  return 'name' in source
    ? `${source.kind} ${source.kind === 'header' ? source.name.toLowerCase() : source.name}`
    : source.kind;
}

/** Whether a request that fills one place for each of the two has each of them read its own. */
function canPassBoth(one: readonly string[] | null, other: readonly string[] | null): boolean {
  if (one === null || other === null) return true;
  return one.some((mine, index) =>
    other.some(
      (theirs, position) =>
        fieldOf(mine) !== fieldOf(theirs) &&
        !one.slice(0, index).includes(theirs) &&
        !other.slice(0, position).includes(mine),
    ),
  );
}

/** The part of the request that can be filled only once. */
function fieldOf(place: string): string {
  return place === 'bearer' || place === 'basic' ? 'header authorization' : place;
}
