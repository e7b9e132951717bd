import type { Route } from '../../gateway/common/gateway.ts';
import type { RoutePath } from '../../language/common/scalars.ts';

/** One path and the routes that may answer it, the most specific first; all after an unconditional one are left out. */
export interface Entry {
  readonly path: RoutePath;
  readonly candidates: readonly Route[];
}

/**
 * nginx picks a location by path alone: the exact one, else the longest prefix. A request that meets none of the
 * conditions there goes on to the routes of the next shorter prefix, so every entry lists those too.
 */
export function findEntries(routes: readonly Route[]): readonly Entry[] {
  const groups = groupByPath(routes);
  return [...groups.values()].flatMap((group) => {
    const path = group[0]?.path;
    return path === undefined ? [] : [{ path, candidates: candidatesFor(path, groups) }];
  });
}

/** Routes by their path as a spec writes it, in order. */
export function groupByPath(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    const group = groups.get(keyOf(route.path));
    if (group === undefined) groups.set(keyOf(route.path), [route]);
    else group.push(route);
  }
  return groups;
}

function keyOf(path: RoutePath): string {
  return `${path.kind === 'exact' ? '=' : ''}${path.path}`;
}

/** The routes that may answer a path, whether or not any route names it. */
export function candidatesFor(path: RoutePath, groups: ReadonlyMap<string, readonly Route[]>): readonly Route[] {
  const found: Route[] = [];
  const take = (routes: readonly Route[] | undefined): boolean => {
    for (const route of routes ?? []) {
      found.push(route);
      if (route.conditions.length === 0) return true;
    }
    return false;
  };
  if (path.kind === 'exact' && take(groups.get(`=${path.path}`))) return found;
  for (let length = path.path.length; length > 0; length--) {
    if (take(groups.get(path.path.slice(0, length)))) return found;
  }
  return found;
}
