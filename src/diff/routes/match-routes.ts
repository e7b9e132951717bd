import { groupBy } from '../common/group-by.ts';
import type { PublicRoute } from '../common/public-model.ts';

/** Routes of the new gateway with what they were in the old one; who was found by path and conditions was renamed. */
export interface MatchedRoutes {
  readonly pairs: ReadonlyMap<PublicRoute, PublicRoute>;
  readonly removed: readonly PublicRoute[];
}

/**
 * The same name and meaning first. Then the same name, unless both sides have a route that means what this one means:
 * names that are made from the path (`v1`, `v1-2`) move on when a route is put before.
 */
export function matchRoutes(before: readonly PublicRoute[], after: readonly PublicRoute[]): MatchedRoutes {
  const pairs = new Map<PublicRoute, PublicRoute>();
  const left = new Set(before);
  const byName = new Map(before.map((route) => [route.name, route]));
  const byMeaning = groupBy(before, meaningOf);
  const pair = (now: PublicRoute, was: PublicRoute | undefined): void => {
    if (was === undefined || !left.has(was) || pairs.has(now)) return;
    pairs.set(now, was);
    left.delete(was);
  };
  const named = (route: PublicRoute): PublicRoute | undefined => byName.get(route.name);
  const meaningAlike = (route: PublicRoute): PublicRoute | undefined =>
    byMeaning.get(meaningOf(route))?.find((candidate) => left.has(candidate));
  for (const route of after) {
    const was = named(route);
    if (was !== undefined && meaningOf(was) === meaningOf(route)) pair(route, was);
  }
  for (const route of after) {
    const was = named(route);
    if (was?.path.path !== route.path.path) pair(route, was);
  }
  for (const route of after) if (!pairs.has(route)) pair(route, meaningAlike(route));
  for (const route of after) pair(route, named(route));
  return { pairs, removed: before.filter((route) => left.has(route)) };
}

function meaningOf({ path, conditions }: PublicRoute): string {
  return JSON.stringify([path.kind, path.path, conditions]);
}
