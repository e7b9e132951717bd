import type { Path } from '../../diagnostics/diagnostic.ts';
import type { AddressRules } from '../../gateway/common/authentication.ts';
import type { Condition, Route } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, expression, size, text } from '../../nginx/token.ts';
import type { LowerContext } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import type { MapView } from '../common/map-view.ts';
import type { RoutePlan, RoutePlans } from '../common/plans.ts';
import { quietErrorLogOf } from '../common/quiet-error-log.ts';

import { attemptLocation } from '../destinations/plan.ts';
import type { AmbiguityView } from '../reading/ambiguities.ts';
import { createAmbiguityTable } from '../reading/ambiguities.ts';
import type { Entry } from '../reading/candidates.ts';
import { candidatesFor, findEntries, groupByPath } from '../reading/candidates.ts';
import type { ConditionTable } from '../reading/conditions.ts';
import { joinJudged, judgedByPath, judgedByRoute } from '../reading/judged-parts.ts';
import { createBodyLimits } from './body-limits.ts';
import type { HandlerView, RouteOptions } from './handler.ts';
import { lowerHandler } from './handler.ts';
import { createHandlerTable } from './handler-maps.ts';
import { mostInComment, routeNames } from './route-names.ts';

/** One `location`: it handles requests itself, or picks the handler, or knows that there is none. */
interface LocationView {
  readonly title: readonly Token[];
  readonly places: readonly Token[];
  readonly words: readonly Token[];
  /** Comes before every choice. */
  readonly ambiguities: AmbiguityView | null;
  /** Named location, or variable with its name, to go on in. */
  readonly dispatch: {
    readonly handler: Token;
    readonly maxBodySize: Token | null;
    /** The name of that variable when it depends on the model, which our Lua reads first. */
    readonly pick: Token | null;
    /** Null is the error format of OpenAI. */
    readonly api: Token | null;
  } | null;
  /** Variable that is `1` when the only candidate's conditions hold. */
  readonly guard: Token | null;
  readonly handler: HandlerView | null;
  /** For an entry: null writes problems where the server does. */
  readonly quietErrorLog: Token | null;
}

export interface LoweredRoutes {
  readonly locations: readonly LocationView[];
  readonly maps: RouteMaps;
}

/** The maps that decide on a request, by what of them has to be known first. */
interface RouteMaps {
  /** What of a request decides, and whether it can be read in one way only. */
  readonly read: readonly MapView[];
  /** What is decided by it. */
  readonly decided: readonly MapView[];
}

/**
 * A path with one unconditional route is that route's location. A path with several becomes an entry that picks the
 * handler, a named location, by one map over the bits of all conditions (`error_page` takes a variable; a status that
 * no client ever sees gets the request there with its method and body).
 */
export function lowerRoutes(context: LowerContext, options: RouteOptions): LoweredRoutes {
  const { plans, conditions } = options;
  const { routes, server } = context.gateway;
  const paths = findEntries(routes);
  const entries = withSlashlessPaths(paths, groupByPath(routes));
  const ambiguities = createAmbiguityTable(context, paths);
  const limits = namedRouteLimits(entries, plans.routes);
  const bodyLimits = createBodyLimits();
  const quietErrorLog = quietErrorLogOf(context);
  const handlers = createHandlerTable(conditions, (route) => placeOf(context, route.at));

  const planOf = (route: Route): RoutePlan => plans.routes.get(route) ?? { kind: 'model_list' };
  const handlerOf = (route: Route, plan: RoutePlan, tooLarge: Token | null): HandlerView =>
    lowerHandler(route, context, { ...options, plan, tooLarge });

  const lowerEntry = (entry: Entry): LocationView => {
    const [first, ...others] = entry.candidates;
    const base = {
      places: entry.candidates.slice(0, mostInComment).map((route) => placeOf(context, route.at)),
      words: lowerPath(entry.path),
      ambiguities: null,
      dispatch: null,
      guard: null,
      handler: null,
      quietErrorLog: null,
    };
    if (first === undefined) return { ...base, title: words('no', 'redirect', 'to', `${entry.path.path}/`) };
    const judged = judgedByPath(entry.candidates);
    if (others.length === 0 && !limits.has(first)) {
      const all = joinJudged(judged, judgedByRoute(first, context.gateway));
      return {
        ...base,
        ambiguities: ambiguities.viewFor(all, { api: first.api, entry }),
        title: words('route', first.name),
        guard: first.conditions.length === 0 ? null : handlers.guard(first),
        handler: handlerOf(first, planOf(first), null),
      };
    }
    const limit = largest(entry.candidates.map((route) => route.maxBodySize));
    const handler = handlers.pick(entry.candidates);
    return {
      ...base,
      title: [...words('entry', 'to'), ...routeNames(entry.candidates)],
      ambiguities: ambiguities.viewFor(judged, { api: first.api, entry }),
      dispatch: {
        handler,
        maxBodySize: limit === server.maxBodySize ? null : size(limit),
        pick: entry.candidates.some(asksForModel) ? text(handler.reads.slice(1)) : null,
        api: first.api === 'openai' ? null : text(first.api),
      },
      quietErrorLog,
    };
  };

  const lowerNamed = (route: Route): readonly LocationView[] => {
    const tooLarge = isLess(route.maxBodySize, limits.get(route) ?? route.maxBodySize)
      ? bodyLimits.variableFor(route.maxBodySize)
      : null;
    const base = {
      places: [placeOf(context, route.at)],
      ambiguities: ambiguities.viewFor(judgedByRoute(route, context.gateway), { api: route.api, entry: null }),
      dispatch: null,
      guard: null,
      quietErrorLog: null,
    };
    const named = { ...base, title: words('route', route.name), words: [text(`@${route.name}`)] };
    const plan = planOf(route);
    if (plan.kind !== 'drawn') return [{ ...named, handler: handlerOf(route, plan, tooLarge) }];
    const side = expression([{ literal: `@${route.name}.` }, { variable: plans.sides.get(route) ?? '' }]);
    return [
      {
        ...named,
        ambiguities: null,
        handler: null,
        dispatch: { handler: side, maxBodySize: null, pick: null, api: null },
      },
      ...plan.upstreams.map((upstream) => ({
        ...base,
        title: words('route', route.name, 'at', upstream.name),
        words: [text(attemptLocation(route, upstream.name))],
        handler: handlerOf(route, { kind: 'plain', upstream }, tooLarge),
      })),
    ];
  };

  const locations = [...entries.map(lowerEntry), ...routes.filter((route) => limits.has(route)).flatMap(lowerNamed)];
  return {
    locations,
    maps: {
      read: [...withPlaces(context, conditions), ...ambiguities.maps],
      decided: [...bodyLimits.views, ...handlers.views],
    },
  };
}

/** A condition that several routes share is named for the first. */
function withPlaces(context: LowerContext, conditions: ConditionTable): readonly MapView[] {
  const places = new Map<string, Token>();
  const add = (condition: Condition, path: Path): void => {
    const variable = `$${conditions.variableFor(condition)}`;
    if (!places.has(variable)) places.set(variable, placeOf(context, path));
  };
  const addRules = (rules: AddressRules, path: Path): void => {
    for (const kind of ['deny', 'allow'] as const)
      if (rules[kind].length > 0) add({ kind: 'client', ranges: rules[kind] }, [...path, kind]);
  };
  addRules(context.gateway.server.addresses, ['server']);
  for (const route of context.gateway.routes) {
    for (const condition of route.conditions) add(condition, [...route.at, 'match', condition.kind]);
    addRules(route.addresses, route.at);
  }
  return conditions.views.map((view) => ({ ...view, places: [places.get(view.variable.reads) ?? []].flat() }));
}

/**
 * nginx answers `/v1` with a 301 when only `location /v1/` proxies, and the redirect turns a POST into a GET. An exact
 * location for the path without its slash gives it what the routes say: a shorter prefix's route, or 404.
 */
function withSlashlessPaths(
  entries: readonly Entry[],
  groups: ReadonlyMap<string, readonly Route[]>,
): readonly Entry[] {
  return entries.flatMap((entry): readonly Entry[] => {
    const { kind, path } = entry.path;
    const slashless = path.slice(0, -1);
    const redirects = kind === 'prefix' && path.endsWith('/') && slashless !== '' && entry.candidates.length === 1;
    if (!redirects || groups.has(`=${slashless}`) || groups.has(slashless)) return [entry];
    const exact = { kind: 'exact', path: slashless } as const;
    return [{ path: exact, candidates: candidatesFor(exact, groups) }, entry];
  });
}

/** Routes that share an entry and so become named locations, with the largest body that an entry lets through to them. */
function namedRouteLimits(entries: readonly Entry[], plans: RoutePlans): ReadonlyMap<Route, number> {
  const limits = new Map<Route, number>();
  for (const entry of entries) {
    const isNamed = entry.candidates.length > 1 || entry.candidates.some((route) => needsEntry(route, plans));
    if (!isNamed) continue;
    const limit = largest(entry.candidates.map((route) => route.maxBodySize));
    for (const route of entry.candidates) limits.set(route, largest([limit, limits.get(route) ?? limit]));
  }
  return limits;
}

/** Whether a request cannot be handled at the path itself: first something is read or drawn. */
function needsEntry(route: Route, plans: RoutePlans): boolean {
  return asksForModel(route) || plans.get(route)?.kind === 'drawn';
}

/** Its conditions are known only once the body is there: an entry reads it. */
function asksForModel(route: Route): boolean {
  return route.conditions.some(({ kind }) => kind === 'model');
}

function lowerPath(path: Entry['path']): readonly Token[] {
  return [text(path.kind === 'exact' ? '=' : '^~'), text(path.path)];
}

function words(...texts: readonly string[]): readonly Token[] {
  return texts.map(comment);
}

/** 0 is no limit, as in nginx. */
function largest(limits: readonly number[]): number {
  return limits.includes(0) ? 0 : Math.max(...limits);
}

function isLess(limit: number, other: number): boolean {
  return limit !== 0 && (other === 0 || limit < other);
}
