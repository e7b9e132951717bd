import { describeProofs } from '../callers/route-auth.ts';
import type { Change, Risk } from '../common/change.ts';
import { compareObject } from '../common/compare-object.ts';
import type { PublicModel, PublicRoute } from '../common/public-model.ts';
import type { Context, Verdict } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { wholeChange } from '../common/whole-change.ts';
import { comparedRoutes, isToldElsewhere } from '../destinations/compared-route.ts';
import { describeAnswers, showAnswers } from '../destinations/describe-destination.ts';
import { showRanges } from '../server/judge-addresses.ts';
import { findReroutes, type Reroute } from './find-reroutes.ts';
import { judgeReroute } from './judge-reroute.ts';
import { type MatchedRoutes, matchRoutes } from './match-routes.ts';
import { routeObject, showPath } from './route.ts';

type Gateways = Context<never>['gateways'];

/** Paths that are named in a sentence. */
const shownRequests = 3;

/** Routes that came, changed (in the new order) or went, each followed by the requests that it took or lost. */
export function compareRoutes(gateways: Gateways): readonly Change[] {
  const { before, after } = gateways;
  const matched = matchRoutes(before.routes, after.routes);
  const reroutes = findReroutes({ before: before.routes, after: after.routes, matched });
  const ownFields = new Map<PublicRoute, readonly Change[]>();
  for (const [now, was] of matched.pairs) {
    const context = { title: `route ${quote(now.name)}`, ...comparedRoutes(was, now, gateways), gateways };
    const changes = compareObject({ object: `route ${now.name}`, context, rules: routeObject }).filter(
      ({ field }) => !isToldElsewhere(field, { before: was, after: now, gateways }),
    );
    ownFields.set(now, changes);
  }
  const isMoved = (route: PublicRoute): boolean =>
    !matched.pairs.has(route) || (ownFields.get(route) ?? []).some(({ field }) => decidesWho(field));
  const heirs = new Map([...matched.pairs].map(([now, was]) => [was, now] as const));
  const told = reroutes.map((reroute) => tellReroute(reroute, { isMoved, heirs, gateways }));
  const byRoute = collect(told, ({ about }) => about);
  const byTaker = collect(reroutes, ({ to }) => to);
  const byLoser = collect(reroutes, ({ from }) => from);
  const toldOf = (route: PublicRoute): readonly Change[] => (byRoute.get(route) ?? []).map(({ change }) => change);
  const changes = [
    ...after.routes.flatMap((route) => {
      const own = ownFields.get(route) ?? [addedRoute(route, byTaker.get(route) ?? [], gateways)];
      return [...own, ...toldOf(route)];
    }),
    ...matched.removed.flatMap((route) => [removedRoute(route, byLoser.get(route) ?? [], gateways), ...toldOf(route)]),
  ];
  const hasOrder = told.some(({ change }) => change.field === 'order');
  return hasOrder ? changes : [...changes, ...compareOrder(gateways, matched)];
}

function decidesWho(field: string | null): boolean {
  return field === 'path' || field?.startsWith('match.') === true;
}

function collect<Item>(
  items: readonly Item[],
  routeOf: (item: Item) => PublicRoute | null,
): ReadonlyMap<PublicRoute | null, readonly Item[]> {
  const collected = new Map<PublicRoute | null, Item[]>();
  for (const item of items) {
    const known = collected.get(routeOf(item));
    if (known === undefined) collected.set(routeOf(item), [item]);
    else known.push(item);
  }
  return collected;
}

function addedRoute(route: PublicRoute, taken: readonly Reroute[], gateways: Gateways): Change {
  const opens = taken.some(({ from }) => from === null || isOpener(from, route, gateways));
  const answers = `route ${quote(route.name)} answers ${quote(showPath(route.path))} ${describeAnswers(route, gateways.after)}`;
  return wholeChange('add', {
    object: `route ${route.name}`,
    text: summaryOf(route),
    verdict: verdict(opens ? 'loosens' : 'reroutes', `${answers} and ${describeCallers(route, gateways.after)}`),
    takesEffect: 'reload',
  });
}

function isOpener(from: PublicRoute, to: PublicRoute, gateways: Gateways): boolean {
  return judgeReroute(from, to, { effect: '', gateways }).risk === 'loosens';
}

function describeCallers(route: PublicRoute, model: PublicModel): string {
  const client = route.conditions.find((condition) => condition.kind === 'client');
  const ranges = client?.ranges ?? route.addresses.allow;
  const proofs = describeProofs(route.auth, model);
  if (ranges.length === 0) return proofs === '' ? 'lets everyone in' : `asks for ${proofs}`;
  return `lets in clients from ${showRanges(ranges)}${proofs === '' ? '' : ` with ${proofs}`}`;
}

function removedRoute(route: PublicRoute, lost: readonly Reroute[], gateways: Gateways): Change {
  const opens = lost.some(({ to }) => to !== null && isOpener(route, to, gateways));
  const risk: Risk = opens ? 'loosens' : lost.some(({ to }) => to === null) ? 'narrows' : 'reroutes';
  return wholeChange('remove', {
    object: `route ${route.name}`,
    text: summaryOf(route),
    verdict: verdict(risk, `${quote(showPath(route.path))} has no route of its own any more`),
    takesEffect: 'reload',
  });
}

function summaryOf(route: PublicRoute): string {
  return `${showPath(route.path)} → ${showAnswers(route)}`;
}

/** The reroute as a change of the route that caused it: one that came, went or changed, else the one that moved up. */
function tellReroute(
  reroute: Reroute,
  options: {
    readonly isMoved: (route: PublicRoute) => boolean;
    readonly heirs: ReadonlyMap<PublicRoute, PublicRoute>;
    readonly gateways: Gateways;
  },
): { readonly about: PublicRoute | null; readonly change: Change } {
  const { from, to, requests } = reroute;
  const { isMoved, heirs, gateways } = options;
  const heir = from === null ? undefined : heirs.get(from);
  const lost = from !== null && (heir === undefined || isMoved(heir)) ? (heir ?? from) : null;
  const about = to !== null && isMoved(to) ? to : (lost ?? to ?? heir ?? from);
  const isOrder = to !== null && !isMoved(to) && lost === null;
  const shown = requests.slice(0, shownRequests).join(', ');
  const where = requests.length > shownRequests ? `${shown} and ${requests.length - shownRequests} more` : shown;
  // By its name of today, because an old name may be another route's now.
  const before = from === null ? 'refused' : (heir?.name ?? from.name);
  const after = to === null ? 'refused' : to.name;
  const judge = (): Verdict => {
    if (from === null) return verdict('loosens', `requests for ${where} that were refused now reach ${quote(after)}`);
    if (to === null) return verdict('narrows', `requests for ${where} that reached ${quote(before)} are now refused`);
    const effect = `requests for ${where} that reached ${quote(before)} now reach ${quote(after)}`;
    return judgeReroute(from, to, { effect, gateways });
  };
  const { effect, risk } = judge();
  return {
    about,
    change: {
      action: 'change',
      object: `route ${about?.name ?? ''}`,
      field: isOrder ? 'order' : 'requests',
      before: from === null ? null : before,
      after: to === null ? null : to.name,
      text: { before, after },
      effect,
      risk,
      takesEffect: 'reload',
    },
  };
}

/** Another order that changes nothing for anyone is still a difference. */
function compareOrder({ before, after }: Gateways, { pairs }: MatchedRoutes): readonly Change[] {
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
