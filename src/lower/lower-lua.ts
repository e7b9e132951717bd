import { authMethodsOf } from '../model/auth-methods.ts';
import type { Route, Upstream } from '../model/gateway.ts';
import type { LuaValue, Token } from '../nginx/token.ts';
import { luaData, luaString, text, variable } from '../nginx/token.ts';
import { accessScripts, identifiesEarly, type LuaPlan, lowerAccess, strippedArguments } from './access-scripts.ts';
import type { AuthPlans } from './auth-plan.ts';
import { targetsWithLua } from './auth-plan.ts';
import { lowerAuthData } from './lower-auth-data.ts';
import { lowerBalancers } from './lower-balancers.ts';
import type { LowerContext, LoweredFile } from './lower-context.ts';
import { lowerCredentials } from './lower-credentials.ts';
import { lowerRouting, lowerStreams } from './lower-routing.ts';
import type { LoweredSplits } from './lower-splits.ts';
import type { LuaUse } from './lua-needs.ts';
import {
  authoritiesOfLua,
  endModule,
  findNeeds,
  keepsState,
  libraryModules,
  lowerFilters,
  luaVariables,
  sharedMemory,
} from './lua-needs.ts';
import type { RoutePlans } from './route-plan.ts';
import { attemptScripts, routeScripts } from './route-scripts.ts';
import type { Resolution } from './upstream-resolution.ts';

export interface LoweredLua {
  readonly files: readonly LoweredFile[];
  /** Says who is asking, for routes where that decides whether nginx has to ask for a password. */
  readonly identifyFiles: ReadonlyMap<Route, Token>;
  /** Lets a request in and gives it the upstream's key, for routes that need one of the two. */
  readonly accessFiles: ReadonlyMap<Route, Token>;
  /** Whether the health answer tells when files were last read. */
  readonly healthFile: Token | null;
  /** What runs in every location once there is an answer. */
  readonly filters: readonly { readonly directive: Token; readonly file: Token }[];
  /** Variables that scripts set in any location. */
  readonly variables: readonly { readonly name: Token }[];
  /** Whether it looks into the bodies of requests. */
  readonly readsBodies: boolean;
  /** Memory that workers share, by name. */
  readonly sharedMemory: readonly { readonly name: Token; readonly size: Token }[];
  /** Whom Lua trusts when it opens TLS connections itself; null opens none. */
  readonly authorities: string | null;
}

const none: LoweredLua = {
  files: [],
  identifyFiles: new Map(),
  accessFiles: new Map(),
  healthFile: null,
  filters: [],
  variables: [],
  readsBodies: false,
  sharedMemory: [],
  authorities: null,
};

export function balancerFile(upstream: string): string {
  return `lua/balancer/${upstream}.lua`;
}

/** The Lua that the gateway needs: who is asking, where to, credentials, servers. None if none is. */
export function lowerLua(
  context: LowerContext,
  options: {
    resolution: ReadonlyMap<string, Resolution>;
    plans: AuthPlans;
    routePlans: RoutePlans;
    splits: LoweredSplits;
    hashVariables: ReadonlyMap<string, string>;
  },
): LoweredLua {
  const { resolution, plans, routePlans } = options;
  const upstreams = [...context.upstreams.values()];
  const strippedOf = new Map(upstreams.map((upstream) => [upstream.name, strippedArguments(upstream, context)]));
  const follows = (name: string): boolean => resolution.get(name) === 'lua';
  const isScripted = (upstream: Upstream): boolean =>
    upstream.credential !== null || follows(upstream.name) || (strippedOf.get(upstream.name) ?? []).length > 0;
  const scripted = upstreams.filter(isScripted);
  const policies = uniquePolicies(plans);
  const needs = findNeeds(context, routePlans);
  const isNeeded = scripted.length > 0 || policies.length > 0 || Object.values(needs).includes(true);
  if (!isNeeded) return none;
  if (!context.capabilities.lua) {
    for (const upstream of scripted.filter(({ name }) => !follows(name))) reportMissingLua(upstream, context);
    return none;
  }
  const balanced = scripted.filter(({ name }) => follows(name));
  const methods = usedMethods(policies, context);
  const use: LuaUse = { ...needs, methods, policies: policies.length > 0, balancers: balanced.length > 0 };
  const filters = lowerFilters(use);
  const data: Readonly<Record<string, LuaValue>> = {
    credentials: lowerCredentials(scripted, context),
    ...(balanced.length === 0 ? {} : lowerBalancers(balanced, context, options.hashVariables)),
    ...(policies.length === 0 ? {} : lowerAuthData(policies, methods, context)),
    ...lowerRouting(context, { plans: routePlans, splits: options.splits }),
    ...lowerStreams(context, endModule(use)),
  };
  const scripts = accessScripts({ context, routePlans, plans, isScripted });
  const routes = routeScripts(context, { routePlans, plans });
  return {
    files: [
      ...['init', 'init_worker', 'health'].map((name) => script(name, {})),
      script('gateway', { data: luaData(data) }),
      ...policies
        .filter(identifiesEarly)
        .map((plan) => script('identify', { policy: luaString(plan.policy) }, identifyFile(plan))),
      ...scripts.map(({ path, upstream, plan }) =>
        script(
          'access',
          {
            ...lowerAccess(upstream, context, strippedOf.get(upstream.name) ?? []),
            follows: follows(upstream.name),
            limited: needs.streams,
            asks: plan !== null,
            checks: plan === null || identifiesEarly(plan) ? null : luaString(plan.policy),
          },
          path,
        ),
      ),
      ...routes.map(({ file }) => file),
      ...attemptScripts(context, {
        routePlans,
        limited: needs.streams,
        balances: balanced.length > 0,
        follows,
        strippedOf: (name) => strippedOf.get(name) ?? [],
      }),
      ...(needs.routes ? [script('failed', {})] : []),
      ...(needs.picks ? [script('pick', {})] : []),
      ...balanced.map(({ name }) => script('balancer', { name: luaString(name) }, balancerFile(name))),
      ...filters.map(({ name, view }) => script(name, view)),
      { library: libraryModules(use) },
    ],
    identifyFiles: new Map(
      [...plans].flatMap(([route, plan]) =>
        plan.kind === 'lua' && identifiesEarly(plan) ? [[route, text(identifyFile(plan))] as const] : [],
      ),
    ),
    accessFiles: new Map([
      ...scripts.flatMap(({ path, routes: those }) => those.map((route) => [route, text(path)] as const)),
      ...routes.map(({ path, route }) => [route, text(path)] as const),
    ]),
    healthFile: text('lua/health.lua'),
    filters: filters.map(({ name }) => ({ directive: text(`${name}_by_lua_file`), file: text(`lua/${name}.lua`) })),
    variables: luaVariables(use).map((name) => ({ name: variable(name) })),
    readsBodies: use.policies || keepsState(use),
    sharedMemory: sharedMemory(use, context.gateway),
    authorities: authoritiesOfLua(methods, balanced, context),
  };
}

function script(template: string, view: object, path = `lua/${template}.lua`): LoweredFile {
  return { path, template: `lua/${template}.lua`, language: 'lua', view };
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
