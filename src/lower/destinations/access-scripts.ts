import type { Route, Upstream } from '../../gateway/common/gateway.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, luaData, luaString } from '../../nginx/token.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import { keyArgumentsOf } from '../common/key-arguments.ts';
import type { LuaPlan, LuaUse } from '../common/lua-use.ts';
import type { Plans } from '../common/plans.ts';
import { limitsOfLua } from './plan.ts';

/** Whether who is asking has to be known before the access script runs: for limits, or for nginx's own password check. */
export function identifiesEarly(plan: LuaPlan): boolean {
  return plan.counts !== null || mayNeedPassword(plan);
}

/** Whether who is asking decides if nginx asks for a password. */
function mayNeedPassword(plan: LuaPlan): boolean {
  return plan.basic !== null && !plan.all && plan.methods.length > 1;
}

/** Whether every route has a script, because the spec says how long bodies may take: nginx alone cannot end them. */
export function boundsBodies({ sink }: LowerContext): boolean {
  return sink.has(['server', 'body_timeout']);
}

/** The script of every attempt at an upstream. */
export function attemptScript(upstream: Upstream): string {
  return `lua/attempt/${upstream.name}.lua`;
}

/** Says who is calling, before nginx counts or asks for a password. */
export function identifyFile(plan: LuaPlan): string {
  return `lua/identify/${plan.policy}.lua`;
}

/** A script, and the routes whose requests it is for. */
export interface RouteScript {
  readonly path: string;
  readonly routes: readonly Route[];
  readonly file: TemplateFile<'lua/access.lua', AccessFileView> | TemplateFile<'lua/route.lua', RouteFileView>;
}

/** For routes with one upstream: a script for each, and one more for each way in which its routes ask who is calling. */
export function accessScripts(context: LowerContext, plans: Plans, use: LuaUse): readonly RouteScript[] {
  const scripts = new Map<string, { path: string; routes: Route[]; file: RouteScript['file'] }>();
  for (const route of context.gateway.routes) {
    const routePlan = plans.routes.get(route);
    const upstream = routePlan?.kind === 'plain' ? routePlan.upstream : undefined;
    const given = plans.auth.get(route);
    const plan = given?.kind === 'lua' ? given : null;
    const isNeeded =
      upstream !== undefined &&
      (plan !== null || use.scripted.includes(upstream) || limitsOfLua(route).length > 0 || use.bodies);
    if (!isNeeded) continue;
    const path = `lua/access/${plan === null ? '' : `${plan.policy}/`}${upstream.name}.lua`;
    const view = {
      ...lowerAccess(upstream, context),
      follows: use.balanced.includes(upstream),
      limited: use.streams,
      asks: plan !== null,
      checks: plan === null || identifiesEarly(plan) ? null : luaString(plan.policy),
    };
    const script = scripts.get(path) ?? {
      path,
      routes: [],
      file: { path, template: 'lua/access.lua', language: 'lua', view },
    };
    script.routes.push(route);
    scripts.set(path, script);
  }
  return [...scripts.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Arguments in which clients carry keys, but for the one that the upstream's own key replaces. */
export function strippedArguments(upstream: Upstream, context: LowerContext): readonly string[] {
  const placement = upstream.credential?.placement;
  const own = placement?.kind === 'query' ? placement.name.toLowerCase() : null;
  const all = [...upstream.credentialArguments, ...keyArgumentsOf(context.gateway)];
  return [...new Set(all.map((name) => name.toLowerCase()))].filter((name) => name !== own);
}

export interface AccessFileView extends AccessView {
  readonly follows: boolean;
  readonly limited: boolean;
  readonly asks: boolean;
  /** Null where it is known by then who is calling. */
  readonly checks: Token | null;
}

export interface RouteFileView {
  readonly title: Token;
  readonly place: Token;
  readonly name: Token;
  readonly checks: Token | null;
  readonly admits: boolean;
  readonly listsModels: boolean;
}

/** What the script of an upstream does, but for who may call. */
export interface AccessView {
  readonly title: Token;
  readonly place: Token;
  readonly name: Token;
  readonly stripped: Token | null;
  readonly inHeader: boolean;
  readonly argument: Token | null;
  readonly hasRules: boolean;
}

export function lowerAccess(upstream: Upstream, context: LowerContext): AccessView {
  const placement = upstream.credential?.placement;
  const stripped = strippedArguments(upstream, context);
  const argument = placement?.kind === 'query' ? placement.name : null;
  return {
    title: comment(upstream.name),
    place: placeOf(context, upstream.at),
    name: luaString(upstream.name),
    stripped: stripped.length === 0 ? null : luaData([...stripped]),
    inHeader: placement?.kind === 'header',
    argument: argument === null ? null : luaString(argument),
    hasRules: (upstream.credential?.rules.length ?? 0) > 0,
  };
}
