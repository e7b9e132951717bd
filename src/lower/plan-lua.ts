import { compareText } from '../compare-text.ts';
import { authMethodsOf } from '../gateway/common/auth-methods.ts';
import type { Upstream } from '../gateway/common/gateway.ts';
import type { LowerContext } from './common/context.ts';
import type { LuaPlan, LuaUse } from './common/lua-use.ts';
import { keepsState } from './common/lua-use.ts';
import type { Plans } from './common/plans.ts';
import { boundsBodies, strippedArguments } from './destinations/access-scripts.ts';
import { limitsOfLua } from './destinations/plan.ts';

/** What a gateway has for our Lua to do. */
export function planLua(context: LowerContext, { resolution, auth, routes }: Plans): LuaUse {
  const { gateway } = context;
  const follows = ({ name }: Upstream): boolean => resolution.get(name) === 'lua';
  const scripted = [...context.upstreams.values()].filter(
    (upstream) => upstream.credential !== null || follows(upstream) || strippedArguments(upstream, context).length > 0,
  );
  const policies = uniquePolicies(auth);
  const kinds = new Set([...routes.values()].map(({ kind }) => kind));
  return {
    scripted,
    balanced: scripted.filter(follows),
    policies,
    methods: usedMethods(policies, context),
    routes: kinds.has('routed'),
    lists: kinds.has('model_list'),
    picks: gateway.routes.some(({ conditions }) => conditions.some(({ kind }) => kind === 'model')),
    streams: gateway.routes.some((route) => limitsOfLua(route).length > 0),
    bodies: boundsBodies(context),
  };
}

/** Whether it has anything to do from start to end of nginx. */
export function startsLua(use: LuaUse): boolean {
  return (
    use.scripted.length > 0 || use.policies.length > 0 || use.lists || use.streams || use.bodies || keepsState(use)
  );
}

function uniquePolicies(auth: Plans['auth']): readonly LuaPlan[] {
  const found = new Map<string, LuaPlan>();
  for (const plan of auth.values()) if (plan.kind === 'lua') found.set(plan.policy, plan);
  return [...found.values()].sort((a, b) => compareText(a.policy, b.policy));
}

function usedMethods(policies: readonly LuaPlan[], context: LowerContext): ReturnType<typeof authMethodsOf> {
  const used = new Set(policies.flatMap((plan) => plan.methods));
  const names = new Set([...used].map((method) => `${method.kind} ${method.name}`));
  return authMethodsOf(context.gateway).filter((method) => names.has(`${method.kind} ${method.name}`));
}
