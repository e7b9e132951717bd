import type { Route } from '../../gateway/common/gateway.ts';
import { candidatesFor, findEntries, groupByPath } from '../../lower/reading/candidates.ts';
import type { PublicRoute } from '../common/public-model.ts';
import { describeCondition, joinSamples, meets, type RequestSample, sampleOf } from './conditions.ts';
import type { MatchedRoutes } from './match-routes.ts';
import { showPath } from './route.ts';

/** Requests that another route answers now; null is no route, a refusal. */
export interface Reroute {
  readonly from: PublicRoute | null;
  readonly to: PublicRoute | null;
  /** Each with what the requests have besides, in words. */
  readonly requests: readonly string[];
}

/** Lists longer than this are asked with single conditions only, not with every two of them. */
const longestPaired = 12;

/**
 * Asks both gateways about every path of either, with a request for each set of conditions that counts there, alone and
 * joined with another: two routes that swapped places differ only for requests that meet both.
 */
export function findReroutes(options: {
  before: readonly PublicRoute[];
  after: readonly PublicRoute[];
  matched: MatchedRoutes;
}): readonly Reroute[] {
  const { matched } = options;
  const before = options.before.map(withPlace);
  const after = options.after.map(withPlace);
  const kept = new Map(
    [...matched.pairs].filter(([now, was]) => JSON.stringify(now.conditions) === JSON.stringify(was.conditions)),
  );
  const oldGroups = groupByPath(before);
  const newGroups = groupByPath(after);
  const paths = new Map(
    [...findEntries(after), ...findEntries(before)].map(({ path }) => [showPath(path), path] as const),
  );
  const found = new Map<
    string,
    Reroute & { readonly requests: string[]; readonly samples: Map<string, RequestSample[]> }
  >();
  for (const path of paths.values()) {
    const was = candidatesFor(path, oldGroups);
    const now = candidatesFor(path, newGroups);
    if (isUnchanged(was, now, kept)) continue;
    for (const sample of samplesFor([...was, ...now])) {
      const from = originOf(was.find(({ conditions }) => meets(sample, conditions)));
      const to = originOf(now.find(({ conditions }) => meets(sample, conditions)));
      if (from === to || (to !== null && matched.pairs.get(to) === from)) continue;
      const key = JSON.stringify([from?.name, to?.name]);
      const reroute = found.get(key) ?? { from, to, requests: [], samples: new Map<string, RequestSample[]>() };
      found.set(key, reroute);
      const name = showPath(path);
      const told = reroute.samples.get(name) ?? [];
      reroute.samples.set(name, told);
      if (told.some((general) => isPartOf(general, sample))) continue;
      told.push(sample);
      reroute.requests.push(describeRequest(name, sample));
    }
  }
  return [...found.values()].map(({ from, to, requests }) => ({ from, to, requests }));
}

type Placed = Route & { readonly origin: PublicRoute };

function withPlace(route: PublicRoute): Placed {
  return { ...route, at: [], origin: route };
}

function originOf(route: Route | undefined): PublicRoute | null {
  return route === undefined ? null : (route as Placed).origin;
}

function isUnchanged(
  was: readonly Route[],
  now: readonly Route[],
  kept: ReadonlyMap<PublicRoute, PublicRoute>,
): boolean {
  return (
    was.length === now.length &&
    now.every((route, index) => {
      const origin = originOf(route);
      return origin !== null && kept.get(origin) === originOf(was[index]);
    })
  );
}

function samplesFor(routes: readonly Route[]): readonly RequestSample[] {
  const sets = new Map(routes.map(({ conditions }) => [JSON.stringify(conditions), sampleOf(conditions)] as const));
  const single = [...sets.values()];
  const joined =
    single.length > longestPaired
      ? []
      : single.flatMap((one, index) => single.slice(index + 1).map((other) => joinSamples(one, other)));
  const all = [new Map(), ...single, ...joined.filter((sample) => sample !== undefined)] as readonly RequestSample[];
  return [...new Map(all.map((sample) => [JSON.stringify([...sample.values()]), sample])).values()];
}

/** A request that has more besides tells nothing new. */
function isPartOf(general: RequestSample, special: RequestSample): boolean {
  return [...general].every(([name, condition]) => special.get(name) === condition);
}

function describeRequest(path: string, sample: RequestSample): string {
  const words = [...sample.values()].map(describeCondition);
  return words.length === 0 ? `\`${path}\`` : `\`${path}\` ${words.join(' and ')}`;
}
