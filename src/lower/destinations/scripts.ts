import type { Route } from '../../gateway/common/gateway.ts';
import { comment, luaString } from '../../nginx/token.ts';
import type { AuthPlans } from '../common/auth-plan.ts';
import type { LowerContext, LoweredFile } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import { attemptScript, identifiesEarly, lowerAccess } from './access-scripts.ts';
import type { RoutePlans } from './plan.ts';

export interface RouteScript {
  readonly path: string;
  readonly route: Route;
  readonly file: LoweredFile;
}

/** A script for each route whose upstream our Lua chooses, or that it answers: who may call, then where to. */
export function routeScripts(
  context: LowerContext,
  options: { routePlans: RoutePlans; plans: AuthPlans },
): readonly RouteScript[] {
  return context.gateway.routes.flatMap((route): readonly RouteScript[] => {
    const routePlan = options.routePlans.get(route);
    if (routePlan === undefined || routePlan.kind === 'plain') return [];
    const given = options.plans.get(route);
    const plan = given?.kind === 'lua' ? given : null;
    const path = `lua/route/${route.name}.lua`;
    const view = {
      title: comment(route.name),
      place: placeOf(context, route.at),
      name: luaString(route.name),
      checks: plan === null || identifiesEarly(plan) ? null : luaString(plan.policy),
      admits: plan !== null && identifiesEarly(plan),
      listsModels: routePlan.kind === 'model_list',
    };
    return [{ path, route, file: { path, template: 'lua/route.lua', language: 'lua', view } }];
  });
}

/** A script for each upstream that attempts are made at. */
export function attemptScripts(
  context: LowerContext,
  options: {
    routePlans: RoutePlans;
    /** Whether there are time limits that nginx has not. */
    limited: boolean;
    /** Whether our Lua counts the requests of any upstream's servers. */
    balances: boolean;
    follows: (upstream: string) => boolean;
    strippedOf: (upstream: string) => readonly string[];
  },
): readonly LoweredFile[] {
  const plans = [...options.routePlans.values()];
  const attempted = plans.flatMap((plan) => (plan.kind === 'routed' ? plan.upstreams : []));
  return [...new Set(attempted)].map((upstream) => ({
    path: attemptScript(upstream),
    template: 'lua/attempt.lua',
    language: 'lua',
    view: {
      ...lowerAccess(upstream, context, options.strippedOf(upstream.name)),
      limited: options.limited,
      follows: options.follows(upstream.name),
      leaves: options.balances && !options.follows(upstream.name),
    },
  }));
}
