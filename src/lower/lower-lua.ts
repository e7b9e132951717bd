import { authMethodsOf } from '../model/auth-methods.ts';
import type { Route, Upstream } from '../model/gateway.ts';
import type { LuaValue, Token } from '../nginx/token.ts';
import { luaData, luaString, text } from '../nginx/token.ts';
import { accessScripts, identifiesEarly, type LuaPlan, lowerAccess, strippedArguments } from './access-scripts.ts';
import type { AuthPlans } from './auth-plan.ts';
import { targetsWithLua } from './auth-plan.ts';
import { lowerAuthData } from './lower-auth-data.ts';
import type { LowerContext, LoweredFile } from './lower-context.ts';
import { lowerCredentials } from './lower-credentials.ts';
import { lowerFollowed } from './lower-followed.ts';
import { libraryModules, opensTls, sharedMemory } from './lua-needs.ts';
import type { Resolution } from './upstream-resolution.ts';

export interface LoweredLua {
  readonly files: readonly LoweredFile[];
  /** Says who is asking, for routes where that decides whether nginx has to ask for a password. */
  readonly identifyFiles: ReadonlyMap<Route, Token>;
  /** Lets a request in and gives it the upstream's key, for routes that need one of the two. */
  readonly accessFiles: ReadonlyMap<Route, Token>;
  /** Whether the health answer tells when files were last read. */
  readonly healthFile: Token | null;
  /** Memory that workers share, by name. */
  readonly sharedMemory: readonly { readonly name: Token; readonly size: Token }[];
  /** Whether Lua itself opens TLS connections. */
  readonly opensTls: boolean;
}

const none: LoweredLua = {
  files: [],
  identifyFiles: new Map(),
  accessFiles: new Map(),
  healthFile: null,
  sharedMemory: [],
  opensTls: false,
};

export function balancerFile(upstream: string): string {
  return `lua/balancer/${upstream}.lua`;
}

/** The Lua that the gateway needs: who is asking, credentials, names that are followed. None if none is. */
export function lowerLua(
  context: LowerContext,
  options: { resolution: ReadonlyMap<string, Resolution>; plans: AuthPlans },
): LoweredLua {
  const { resolution, plans } = options;
  const upstreams = [...context.upstreams.values()];
  const strippedOf = new Map(upstreams.map((upstream) => [upstream.name, strippedArguments(upstream, context)]));
  const isScripted = (upstream: Upstream): boolean =>
    upstream.credential !== null ||
    resolution.get(upstream.name) === 'lua' ||
    (strippedOf.get(upstream.name) ?? []).length > 0;
  const scripted = upstreams.filter(isScripted);
  const policies = uniquePolicies(plans);
  if (scripted.length === 0 && policies.length === 0) return none;
  if (!context.capabilities.lua) {
    for (const upstream of scripted) reportMissingLua(upstream, context);
    return none;
  }
  const followed = scripted.filter((upstream) => resolution.get(upstream.name) === 'lua');
  const methods = usedMethods(policies, context);
  const watches = context.gateway.keyMaps.some((map) => methods.some((method) => method.name === map.name));
  const data: Readonly<Record<string, LuaValue>> = {
    credentials: lowerCredentials(scripted, context),
    ...(followed.length === 0 ? {} : lowerFollowed(followed, context)),
    ...(policies.length === 0 ? {} : lowerAuthData(policies, methods, context)),
  };
  const scripts = accessScripts({ context, plans, isScripted });
  return {
    files: [
      { path: 'lua/init.lua', template: 'lua/init.lua', language: 'lua', view: {} },
      { path: 'lua/init_worker.lua', template: 'lua/init_worker.lua', language: 'lua', view: {} },
      { path: 'lua/health.lua', template: 'lua/health.lua', language: 'lua', view: {} },
      { path: 'lua/gateway.lua', template: 'lua/gateway.lua', language: 'lua', view: { data: luaData(data) } },
      ...policies.filter(identifiesEarly).map(
        (plan) =>
          ({
            path: identifyFile(plan),
            template: 'lua/identify.lua',
            language: 'lua',
            view: { policy: luaString(plan.policy) },
          }) as const,
      ),
      ...scripts.map(
        ({ path, upstream, plan }) =>
          ({
            path,
            template: 'lua/access.lua',
            language: 'lua',
            view: {
              ...lowerAccess(upstream, context, strippedOf.get(upstream.name) ?? []),
              follows: resolution.get(upstream.name) === 'lua',
              checks: plan === null || identifiesEarly(plan) ? null : luaString(plan.policy),
              admits: plan !== null && identifiesEarly(plan),
            },
          }) as const,
      ),
      ...followed.map(
        (upstream) =>
          ({
            path: balancerFile(upstream.name),
            template: 'lua/balancer.lua',
            language: 'lua',
            view: { name: luaString(upstream.name) },
          }) as const,
      ),
      { library: libraryModules({ methods, hasPolicies: policies.length > 0, hasFollowed: followed.length > 0 }) },
    ],
    identifyFiles: new Map(
      [...plans].flatMap(([route, plan]) =>
        plan.kind === 'lua' && identifiesEarly(plan) ? [[route, text(identifyFile(plan))] as const] : [],
      ),
    ),
    accessFiles: new Map(scripts.flatMap(({ path, routes }) => routes.map((route) => [route, text(path)] as const))),
    healthFile: text('lua/health.lua'),
    sharedMemory: sharedMemory(methods, watches),
    opensTls: opensTls(methods),
  };
}

function uniquePolicies(plans: AuthPlans): readonly LuaPlan[] {
  const found = new Map<string, LuaPlan>();
  for (const plan of plans.values()) if (plan.kind === 'lua') found.set(plan.policy, plan);
  return [...found.values()].sort((a, b) => (a.policy < b.policy ? -1 : 1));
}

function identifyFile(plan: LuaPlan): string {
  return `lua/identify/${plan.policy}.lua`;
}

function usedMethods(policies: readonly LuaPlan[], context: LowerContext): ReturnType<typeof authMethodsOf> {
  const used = new Set(policies.flatMap((plan) => plan.methods));
  const names = new Set([...used].map((method) => `${method.kind} ${method.name}`));
  return authMethodsOf(context.gateway).filter((method) => names.has(`${method.kind} ${method.name}`));
}

function reportMissingLua(upstream: Upstream, context: LowerContext): void {
  const path = upstream.credential === null ? [...upstream.at, 'provider'] : [...upstream.at, 'credential'];
  context.sink.error('OC4001', path, {
    part: 'key',
    message: `\`${context.target.name}\` cannot ${upstream.credential === null ? `remove clients' keys from requests to \`${upstream.name}\`` : 'inject credentials'}: it has no Lua`,
    help: `targets that can: ${targetsWithLua().join(', ')}`,
  });
}
