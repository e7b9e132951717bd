import type { Path } from '../../diagnostics/diagnostic.ts';
import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import type { Route } from '../../gateway/common/gateway.ts';
import type { CheckSink } from './rule.ts';

/** The ways to authenticate that a route names, known or not. */
export function namedMethods(route: Route): readonly string[] {
  return 'methods' in route.auth ? route.auth.methods : [];
}

/** Where a route names a way to authenticate: alone, in a list, or under `any` or `all`. */
export function placeOfMethod(route: Route, name: string, sink: CheckSink): Path {
  return sink.placeOf(placeOfMethods(route, sink), (text) => text === name);
}

export function placeOfMethods(route: Route, sink: CheckSink): Path {
  const auth = [...route.at, 'auth'];
  return ['any', 'all'].map((key) => [...auth, key]).find((path) => sink.has(path)) ?? auth;
}

/** As the spec has it: `key_maps.apps`. */
export function fullName({ kind, name }: AuthMethod): string {
  return `${kind}.${name}`;
}
