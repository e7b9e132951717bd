import { asksMore } from './asks-more.ts';
import type { Change, Risk } from './change.ts';
import { compareObject } from './compare-object.ts';
import { showPath } from './effects-route.ts';
import { describeProofs } from './effects-route-auth.ts';
import { findReroutes, type Reroute } from './find-reroutes.ts';
import { type MatchedRoutes, matchRoutes } from './match-routes.ts';
import { objectRules } from './object-rules.ts';
import type { PublicRoute } from './public-model.ts';
import type { Context } from './rule.ts';
import { quote } from './verdicts.ts';

/** Paths that are named in a sentence. */
const shownRequests = 3;

/** Routes that came, changed (in the new order) or went, each followed by the requests that it took or lost. */
export function compareRoutes(gateways: Context<never>['gateways']): readonly Change[] {
  const { before, after } = gateways;
  const matched = matchRoutes(before.routes, after.routes);
  const reroutes = findReroutes({ before: before.routes, after: after.routes, matched });
  const ownFields = new Map<PublicRoute, readonly Change[]>();
  for (const [now, was] of matched.pairs) {
    const context = { title: `route ${quote(now.name)}`, before: was, after: now, gateways };
    const isInherited = was.maxBodySize === before.server.maxBodySize && now.maxBodySize === after.server.maxBodySize;
    const changes = compareObject({ object: `route ${now.name}`, context, rules: objectRules.route }).filter(
      ({ field }) => !(isInherited && field === 'max_body_size'),
    );
    ownFields.set(now, changes);
  }
  const isMoved = (route: PublicRoute): boolean =>
    !matched.pairs.has(route) || (ownFields.get(route) ?? []).some(({ field }) => decidesWho(field));
  const heirs = new Map([...matched.pairs].map(([now, was]) => [was, now] as const));
  const told = reroutes.map((reroute) => tellReroute(reroute, { isMoved, heirs }));
  const toldOf = (route: PublicRoute): readonly Change[] => byRoute.get(route) ?? [];
  const byRoute = new Map<PublicRoute | null, Change[]>();
  for (const { about, change } of told) byRoute.set(about, [...(byRoute.get(about) ?? []), change]);
  const changes = [
    ...after.routes.flatMap((route) => {
      const own = ownFields.get(route) ?? [addedRoute(route, reroutes)];
      return [...own, ...toldOf(route)];
    }),
    ...matched.removed.flatMap((route) => [removedRoute(route, reroutes), ...toldOf(route)]),
  ];
  const hasOrder = told.some(({ change }) => change.field === 'order');
  return hasOrder ? changes : [...changes, ...compareOrder(gateways, matched)];
}

function decidesWho(field: string | null): boolean {
  return field === 'path' || field?.startsWith('match.') === true;
}

function addedRoute(route: PublicRoute, reroutes: readonly Reroute[]): Change {
  const taken = reroutes.filter(({ to }) => to === route);
  const opens = taken.some(({ from }) => from === null || asksMore(from, route));
  const text = summaryOf(route);
  const client = route.conditions.find((condition) => condition.kind === 'client');
  const who = client === undefined ? 'lets everyone in' : `lets in clients from ${client.ranges.join(', ')}`;
  return {
    action: 'add',
    object: `route ${route.name}`,
    field: null,
    before: null,
    after: text,
    text: { before: 'none', after: text },
    effect: `route ${quote(route.name)} answers ${quote(showPath(route.path))} from upstream ${quote(route.upstream)} and ${who}`,
    risk: opens ? 'loosens' : 'reroutes',
    takesEffect: 'reload',
  };
}

function removedRoute(route: PublicRoute, reroutes: readonly Reroute[]): Change {
  const lost = reroutes.filter(({ from }) => from === route);
  const opens = lost.some(({ to }) => to !== null && asksMore(route, to));
  const risk: Risk = opens ? 'loosens' : lost.some(({ to }) => to === null) ? 'narrows' : 'reroutes';
  const text = summaryOf(route);
  return {
    action: 'remove',
    object: `route ${route.name}`,
    field: null,
    before: text,
    after: null,
    text: { before: text, after: 'none' },
    effect: `${quote(showPath(route.path))} has no route of its own any more`,
    risk,
    takesEffect: 'reload',
  };
}

function summaryOf(route: PublicRoute): string {
  return `${showPath(route.path)} → ${route.upstream}`;
}

/** The reroute as a change of the route that caused it: one that came, went or changed, else the one that moved up. */
function tellReroute(
  reroute: Reroute,
  options: { isMoved: (route: PublicRoute) => boolean; heirs: ReadonlyMap<PublicRoute, PublicRoute> },
): { readonly about: PublicRoute | null; readonly change: Change } {
  const { from, to, requests } = reroute;
  const { isMoved, heirs } = options;
  const heir = from === null ? undefined : heirs.get(from);
  const lost = from !== null && (heir === undefined || isMoved(heir)) ? (heir ?? from) : null;
  const about = to !== null && isMoved(to) ? to : (lost ?? to ?? heir ?? from);
  const isOrder = to !== null && !isMoved(to) && lost === null;
  const shown = requests.slice(0, shownRequests).join(', ');
  const where = requests.length > shownRequests ? `${shown} and ${requests.length - shownRequests} more` : shown;
  // By its name of today, because an old name may be another route's now.
  const before = from === null ? 'refused' : (heir?.name ?? from.name);
  const after = to === null ? 'refused' : to.name;
  return {
    about,
    change: {
      action: 'change',
      object: `route ${about?.name ?? ''}`,
      field: isOrder ? 'order' : 'requests',
      before: from === null ? null : before,
      after: to === null ? null : to.name,
      text: { before, after },
      effect:
        from === null
          ? `requests for ${where} that were refused now reach ${quote(after)}`
          : to === null
            ? `requests for ${where} that reached ${quote(before)} are now refused`
            : `requests for ${where} that reached ${quote(before)} now reach ${quote(after)}`,
      risk: from === null ? 'loosens' : to === null ? 'narrows' : asksMore(from, to) ? 'loosens' : 'reroutes',
      takesEffect: 'reload',
    },
  };
}

/** Another order that changes nothing for anyone is still a difference. */
function compareOrder({ before, after }: Context<never>['gateways'], { pairs }: MatchedRoutes): readonly Change[] {
  const kept = new Set(pairs.values());
  const was = before.routes.filter((route) => kept.has(route));
  const now = after.routes.filter((route) => pairs.has(route));
  if (now.every((route, index) => pairs.get(route) === was[index])) return [];
  return [
    {
      action: 'change',
      object: 'routes',
      field: 'order',
      before: was.map(({ name }) => name),
      after: now.map(({ name }) => name),
      text: { before: was.map(({ name }) => name).join(', '), after: now.map(({ name }) => name).join(', ') },
      effect: 'no request reaches another route',
      risk: 'cosmetic',
      takesEffect: 'reload',
    },
  ];
}
