import type { Route, Upstream } from '../../gateway/common/gateway.ts';
import { comment, luaData, luaString } from '../../nginx/token.ts';
import type { AuthPlan, AuthPlans } from '../common/auth-plan.ts';
import type { LowerContext } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import { keyArgumentsOf } from '../common/key-arguments.ts';
import type { RoutePlans } from './plan.ts';
import { limitsOfLua } from './plan.ts';

export type LuaPlan = Extract<AuthPlan, { kind: 'lua' }>;

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

/** For routes with one upstream: a script for each, and one more for each way in which its routes ask who is calling. */
export function accessScripts(options: {
  context: LowerContext;
  routePlans: RoutePlans;
  plans: AuthPlans;
  isScripted: (upstream: Upstream) => boolean;
}): readonly {
  readonly path: string;
  readonly upstream: Upstream;
  readonly plan: LuaPlan | null;
  readonly routes: readonly Route[];
}[] {
  const { context, routePlans, plans, isScripted } = options;
  const scripts = new Map<string, { path: string; upstream: Upstream; plan: LuaPlan | null; routes: Route[] }>();
  for (const route of context.gateway.routes) {
    const routePlan = routePlans.get(route);
    const upstream = routePlan?.kind === 'plain' ? routePlan.upstream : undefined;
    const given = plans.get(route);
    const plan = given?.kind === 'lua' ? given : null;
    const isNeeded =
      upstream !== undefined &&
      (plan !== null || isScripted(upstream) || limitsOfLua(route).length > 0 || boundsBodies(context));
    if (!isNeeded) continue;
    const path = `lua/access/${plan === null ? '' : `${plan.policy}/`}${upstream.name}.lua`;
    const script = scripts.get(path) ?? { path, upstream, plan, routes: [] };
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

/** What the script of an upstream does, but for who may call. */
export function lowerAccess(upstream: Upstream, context: LowerContext, stripped: readonly string[]): object {
  const placement = upstream.credential?.placement;
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
