import { compareText } from '../compare-text.ts';
import { authMethodsOf } from '../gateway/common/auth-methods.ts';
import type { Upstream } from '../gateway/common/gateway.ts';
import type { LuaValue } from '../nginx/token.ts';
import { luaData, luaString, text, variable } from '../nginx/token.ts';
import { lowerAuthData } from './callers/auth-data.ts';
import type { AuthPlans } from './common/auth-plan.ts';
import { balancerFile } from './common/balancer-file.ts';
import type { LowerContext, LoweredFile } from './common/context.ts';
import type { LoweredLua } from './common/lowered-lua.ts';
import { reportMissingLua } from './common/report-missing-lua.ts';
import { lowerCredentials } from './credentials/credentials.ts';
import {
  accessScripts,
  boundsBodies,
  identifiesEarly,
  type LuaPlan,
  lowerAccess,
  strippedArguments,
} from './destinations/access-scripts.ts';
import type { RoutePlans } from './destinations/plan.ts';
import { lowerRouting, lowerStreams } from './destinations/routing.ts';
import { attemptScripts, routeScripts } from './destinations/scripts.ts';
import type { LoweredSplits } from './destinations/splits.ts';
import type { LuaUse } from './lua-needs.ts';
import {
  asksForRepeats,
  authoritiesOfLua,
  endModule,
  findNeeds,
  keepsState,
  libraryModules,
  lowerFilters,
  luaVariables,
  sharedMemory,
} from './lua-needs.ts';
import { lowerWebsockets } from './routes/websockets.ts';
import { lowerBalancers } from './upstreams/balancers.ts';
import type { Resolution } from './upstreams/resolution.ts';

const none: LoweredLua = {
  files: [],
  starts: false,
  identifyFiles: new Map(),
  accessFiles: new Map(),
  healthFile: null,
  filters: [],
  variables: [],
  readsBodies: false,
  sharedMemory: [],
  authorities: null,
};

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
  const bounds = boundsBodies(context);
  const isNeeded = bounds || scripted.length > 0 || policies.length > 0 || Object.values(needs).includes(true);
  const asks = asksForRepeats(context);
  const repeats = asks ? [script('repeated', {})] : [];
  const repeatModules = asks ? ['openclaw.core.request_headers'] : [];
  if (!isNeeded) return { ...none, files: asks ? [...repeats, { library: repeatModules }] : [] };
  if (!context.capabilities.lua) {
    if (bounds)
      reportMissingLua(context, { at: ['server', 'body_timeout'], part: 'key', does: 'bound the time of bodies' });
    for (const upstream of scripted.filter(({ name }) => !follows(name))) reportScripted(upstream, context);
    return none;
  }
  const balanced = scripted.filter(({ name }) => follows(name));
  const methods = usedMethods(policies, context);
  const use: LuaUse = { ...needs, methods, policies: policies.length > 0, balancers: balanced.length > 0 };
  const filters = lowerFilters(use);
  const data: Readonly<Record<string, LuaValue>> = {
    body_timeout: context.gateway.server.bodyTimeout / 1000,
    credentials: lowerCredentials(scripted, context),
    ...(balanced.length === 0 ? {} : lowerBalancers(balanced, context, options.hashVariables)),
    ...(policies.length === 0 ? {} : lowerAuthData(policies, methods, context)),
    ...lowerWebsockets(context, plans),
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
      ...repeats,
      { library: [...libraryModules(use), ...repeatModules] },
    ],
    starts: true,
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
  return [...found.values()].sort((a, b) => compareText(a.policy, b.policy));
}

function identifyFile(plan: LuaPlan): string {
  return `lua/identify/${plan.policy}.lua`;
}

function usedMethods(policies: readonly LuaPlan[], context: LowerContext): ReturnType<typeof authMethodsOf> {
  const used = new Set(policies.flatMap((plan) => plan.methods));
  const names = new Set([...used].map((method) => `${method.kind} ${method.name}`));
  return authMethodsOf(context.gateway).filter((method) => names.has(`${method.kind} ${method.name}`));
}

function reportScripted(upstream: Upstream, context: LowerContext): void {
  const injects = upstream.credential !== null;
  reportMissingLua(context, {
    at: [...upstream.at, injects ? 'credential' : 'provider'],
    part: 'key',
    does: injects ? 'inject credentials' : `remove clients' keys from requests to \`${upstream.name}\``,
  });
}
