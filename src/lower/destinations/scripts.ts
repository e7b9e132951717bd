import { comment, luaString } from '../../nginx/token.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import type { LuaUse } from '../common/lua-use.ts';
import type { Plans } from '../common/plans.ts';
import type { AccessView, RouteScript } from './access-scripts.ts';
import { attemptScript, identifiesEarly, lowerAccess } from './access-scripts.ts';

/** A script for each route whose upstream our Lua chooses, or that it answers: who may call, then where to. */
export function routeScripts(context: LowerContext, plans: Plans): readonly RouteScript[] {
  return context.gateway.routes.flatMap((route): readonly RouteScript[] => {
    const routePlan = plans.routes.get(route);
    if (routePlan === undefined || routePlan.kind === 'plain') return [];
    const given = plans.auth.get(route);
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
    return [{ path, routes: [route], file: { path, template: 'lua/route.lua', language: 'lua', view } }];
  });
}

export interface AttemptScriptView extends AccessView {
  readonly limited: boolean;
  readonly follows: boolean;
  /** Whether an earlier attempt may have taken a server of another upstream. */
  readonly leaves: boolean;
}

/** A script for each upstream that attempts are made at. */
export function attemptScripts(
  context: LowerContext,
  { routes }: Plans,
  use: LuaUse,
): readonly TemplateFile<'lua/attempt.lua', AttemptScriptView>[] {
  const attempted = [...routes.values()].flatMap((plan) => (plan.kind === 'routed' ? plan.upstreams : []));
  return [...new Set(attempted)].map((upstream) => {
    const follows = use.balanced.includes(upstream);
    return {
      path: attemptScript(upstream),
      template: 'lua/attempt.lua',
      language: 'lua',
      view: {
        ...lowerAccess(upstream, context),
        limited: use.streams,
        follows,
        leaves: use.balanced.length > 0 && !follows,
      },
    };
  });
}
