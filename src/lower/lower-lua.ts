import type { Route, Upstream } from '../gateway/common/gateway.ts';
import type { Token } from '../nginx/token.ts';
import { luaData, luaString, text } from '../nginx/token.ts';
import { needsOfCallers } from './callers/needs-of-callers.ts';
import { balancerFile } from './common/balancer-file.ts';
import type { LowerContext, TemplateFile } from './common/context.ts';
import type { LoweredLua } from './common/lowered-lua.ts';
import type { LuaUse } from './common/lua-use.ts';
import { keepsState } from './common/lua-use.ts';
import type { Needs, SomeNeeds } from './common/needs.ts';
import type { Plans } from './common/plans.ts';
import { reportMissingLua } from './common/report-missing-lua.ts';
import { needsOfCredentials } from './credentials/needs-of-credentials.ts';
import { needsOfKeyHealth } from './credentials/needs-of-key-health.ts';
import { accessScripts, identifiesEarly, identifyFile } from './destinations/access-scripts.ts';
import { needsOfAnswers } from './destinations/needs-of-answers.ts';
import { needsOfAttempts } from './destinations/needs-of-attempts.ts';
import { needsOfModels } from './destinations/needs-of-models.ts';
import { needsOfState } from './destinations/needs-of-state.ts';
import { needsOfTimeLimits } from './destinations/needs-of-time-limits.ts';
import { attemptScripts, routeScripts } from './destinations/scripts.ts';
import { mergeNeeds } from './merge-needs.ts';
import { planLua, startsLua } from './plan-lua.ts';
import { needsOfRepeats } from './reading/needs-of-repeats.ts';
import { needsOfWebsockets } from './routes/needs-of-websockets.ts';
import { needsOfBodies } from './server/needs-of-bodies.ts';
import type { LoweredFile, TemplateViews } from './template-views.ts';
import { authoritiesOfLua } from './upstreams/authorities.ts';
import { needsOfBalancers } from './upstreams/needs-of-balancers.ts';
import { needsOfConversations } from './upstreams/needs-of-conversations.ts';

/** The Lua that the gateway needs: who is asking, where to, credentials, servers. None if none is. */
export function lowerLua(context: LowerContext, plans: Plans): LoweredLua & { readonly files: readonly LoweredFile[] } {
  const use = planLua(context, plans);
  const starts = startsLua(use) && context.capabilities.lua;
  if (startsLua(use) && !starts) reportUse(use, plans, context);
  const needs = needsOfLua(mergeNeeds([needsOfRepeats(context), ...(starts ? needsOf(use, plans, context) : [])]));
  const repeats = needs.library.includes('openclaw.core.request_headers') ? [script('repeated', {})] : [];
  const base = {
    files: [...repeats, { library: needs.library }],
    needs,
    starts,
    identifyFiles: new Map<Route, Token>(),
    accessFiles: new Map<Route, Token>(),
    healthFile: null,
    filters: [],
    readsBodies: false,
    authorities: null,
  };
  if (!starts) return base;
  const access = accessScripts(context, plans, use);
  const routes = routeScripts(context, plans);
  const filters = filterScripts(needs, use);
  return {
    ...base,
    files: [
      script('init', {}),
      script('init_worker', {}),
      script('health', {}),
      script('gateway', { data: luaData({ capabilities: needs.capabilities, ...needs.data }) }),
      ...use.policies
        .filter(identifiesEarly)
        .map((plan) => script('identify', { policy: luaString(plan.policy) }, identifyFile(plan))),
      ...access.map(({ file }) => file),
      ...routes.map(({ file }) => file),
      ...attemptScripts(context, plans, use),
      ...(use.routes ? [script('failed', {})] : []),
      ...(use.picks ? [script('pick', {})] : []),
      ...use.balanced.map(({ name }) => script('balancer', { name: luaString(name) }, balancerFile(name))),
      ...filters,
      ...base.files,
    ],
    identifyFiles: new Map(
      [...plans.auth].flatMap(([route, plan]) =>
        plan.kind === 'lua' && identifiesEarly(plan) ? [[route, text(identifyFile(plan))] as const] : [],
      ),
    ),
    accessFiles: new Map(
      [...access, ...routes].flatMap(({ path, routes: those }) => those.map((route) => [route, text(path)] as const)),
    ),
    healthFile: text('lua/health.lua'),
    filters: filters.map(({ path }) => ({
      directive: text(`${path.slice('lua/'.length, -'.lua'.length)}_by_lua_file`),
      file: text(path),
    })),
    readsBodies: use.policies.length > 0 || keepsState(use),
    authorities: authoritiesOfLua(use, context),
  };
}

/** With the modules of nginx that run it. */
function needsOfLua(needs: Needs): Needs {
  return needs.library.length === 0 ? needs : { ...needs, modules: ['ndk_http_module', 'ngx_http_lua_module'] };
}

/** Each capability's own, in the order in which they are configured and told of the end of a request. */
function needsOf(use: LuaUse, plans: Plans, context: LowerContext): readonly SomeNeeds[] {
  return [
    { library: ['openclaw.gateway', 'openclaw.health'] },
    needsOfAnswers(use),
    needsOfBodies(context),
    needsOfCredentials(context, use),
    needsOfBalancers(context, use, plans.hashVariables),
    needsOfCallers(context, use),
    needsOfWebsockets(context, plans.auth),
    needsOfState(use),
    needsOfAttempts(context, use, plans),
    needsOfKeyHealth(context, use),
    needsOfConversations(context, use),
    needsOfModels(context, use),
    needsOfTimeLimits(context, use),
  ];
}

type LuaTemplate = Extract<keyof TemplateViews, `lua/${string}`>;

function script<Name extends LuaTemplate extends `lua/${infer Plain}.lua` ? Plain : never>(
  template: Name,
  view: TemplateViews[`lua/${Name}.lua`],
  path = `lua/${template}.lua`,
) {
  return { path, template: `lua/${template}.lua`, language: 'lua', view } as TemplateFile<
    `lua/${Name}.lua`,
    TemplateViews[`lua/${Name}.lua`]
  >;
}

/** What is done when the header of an answer is there, with every piece of it, and when the request is over. */
function filterScripts({ phases }: Needs, use: LuaUse) {
  const [module] = phases.bodyFilter;
  return [
    ...(phases.headerFilter.length === 0
      ? []
      : [script('header_filter', { modules: phases.headerFilter.map(luaString) })]),
    ...(module === undefined ? [] : [script('body_filter', { module: luaString(module) })]),
    ...(phases.log.length === 0
      ? []
      : [script('log', { modules: phases.log.map(luaString), dropsState: keepsState(use) })]),
  ];
}

/** Says what the target has no Lua for, of that which nobody else reports (OC4001). */
function reportUse({ bodies, scripted }: LuaUse, { resolution }: Plans, context: LowerContext): void {
  if (bodies)
    reportMissingLua(context, { at: ['server', 'body_timeout'], part: 'key', does: 'bound the time of bodies' });
  for (const upstream of scripted) if (resolution.get(upstream.name) !== 'lua') reportScripted(upstream, context);
}

function reportScripted(upstream: Upstream, context: LowerContext): void {
  const injects = upstream.credential !== null;
  reportMissingLua(context, {
    at: [...upstream.at, injects ? 'credential' : 'provider'],
    part: 'key',
    does: injects ? 'inject credentials' : `remove clients' keys from requests to \`${upstream.name}\``,
  });
}
