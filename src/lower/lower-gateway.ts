import type { Outcome } from '../diagnostics/diagnostic.ts';
import { createSink } from '../gateway/common/context.ts';
import type { Gateway, Route, Upstream } from '../gateway/common/gateway.ts';
import { usedUpstreams } from '../gateway/common/targets.ts';
import { usedAuthMethods } from '../gateway/common/used-auth-methods.ts';
import { capabilitiesOf } from '../nginx/capabilities.ts';
import type { Target } from '../nginx/targets.ts';
import type { MapNode } from '../source/value-node.ts';
import { lowerKeyFiles, lowerPasswordFiles } from './callers/key-files.ts';
import { lowerNativeAuth } from './callers/native-auth.ts';
import { planAuthentication } from './callers/plan-authentication.ts';
import { knowsClients, lowerCaller } from './common/caller.ts';
import type { LowerContext } from './common/context.ts';
import type { Plans } from './common/plans.ts';
import { hstsValue } from './common/response-headers.ts';
import { lowerVault } from './credentials/vault.ts';
import { lowerCompose } from './deploy/compose.ts';
import { lowerAttempts } from './destinations/attempts.ts';
import { lowerMirrors } from './destinations/mirrors.ts';
import { planRoutes } from './destinations/plan.ts';
import { lowerSplits } from './destinations/splits.ts';
import { lowerLimits } from './limits/limits.ts';
import { lowerLua } from './lower-lua.ts';
import { lowerMain } from './lower-main.ts';
import { mergeNeeds } from './merge-needs.ts';
import { createConditionTable } from './reading/conditions.ts';
import { lowerHashKeys } from './reading/hash-keys.ts';
import type { RouteParts } from './routes/handler.ts';
import { lowerRoutes } from './routes/routes.ts';
import { lowerErrorPages } from './server/error-pages.ts';
import { lowerLog } from './server/log.ts';
import { needsOfCompression } from './server/needs-of-compression.ts';
import { lowerServer } from './server/server.ts';
import type { LoweredFile } from './template-views.ts';
import { lowerProxies } from './upstreams/proxy.ts';
import { chooseResolution } from './upstreams/resolution.ts';
import { lowerUpstreams } from './upstreams/upstream.ts';

/** Decides how each feature is written for the target; reports what the target cannot do (OC4001). */
export function lowerGateway(options: {
  gateway: Gateway;
  target: Target;
  root: MapNode;
  toolVersion: string;
}): Outcome<readonly LoweredFile[]> {
  const { gateway, target, root, toolVersion } = options;
  const sink = createSink(root);
  const context: LowerContext = {
    gateway,
    upstreams: reachedUpstreams(gateway),
    target,
    capabilities: capabilitiesOf(target.platform),
    sink,
  };
  const resolution = chooseResolution(context);
  const used = usedAuthMethods(gateway);
  const auth = planAuthentication(context);
  const routePlans = planRoutes(context);
  const splits = lowerSplits(context);
  const mirrors = lowerMirrors(context);
  const hashKeys = lowerHashKeys(context);
  const plans: Plans = {
    resolution,
    auth,
    routes: routePlans,
    hashVariables: hashKeys.variables,
    sides: splits.variables,
  };
  const lua = lowerLua(context, plans);
  const conditions = createConditionTable();
  const native = lowerNativeAuth(auth, context);
  const server = lowerServer(context, {
    conditions,
    lua,
    // The one list of authorities that a server can have.
    certificates: used.find((method) => method.kind === 'client_certificates')?.value ?? null,
  });
  const limits = lowerLimits(context, { plans: auth, native });
  const errors = lowerErrorPages(gateway);
  const partsOf = (route: Route): RouteParts => ({
    native: native.views.get(route) ?? null,
    limits: limits.views.get(route) ?? null,
    identifyFile: lua.identifyFiles.get(route) ?? null,
    accessFile: lua.accessFiles.get(route) ?? null,
    mirror: mirrors.locations.get(route) ?? null,
  });
  const routes = lowerRoutes(context, { plans, partsOf, conditions });
  const attempts = lowerAttempts(context, plans, mirrors);
  const needs = mergeNeeds([
    lua.needs,
    needsOfCompression(context),
    { maps: hashKeys.maps },
    { maps: routes.maps.read },
    { maps: splits.maps },
    { maps: mirrors.maps },
    { maps: native.maps },
    { maps: errors.maps },
    { maps: routes.maps.decided },
  ]);
  const files: readonly LoweredFile[] = [
    ...lowerMain(context, { lua, needs, toolVersion }),
    {
      path: 'conf.d/maps.conf',
      template: 'conf.d/maps.conf',
      language: 'nginx',
      view: {
        ...lowerLog(context, { needs, native }),
        caller:
          knowsClients(gateway) && (hashKeys.usesCaller || splits.maps.length > 0 || pinsConversations(context))
            ? lowerCaller(gateway)
            : null,
        maps: needs.maps,
        hsts: hstsValue(gateway),
        startsLua: lua.starts,
      },
    },
    ...limits.files,
    ...lowerUpstreams(context, plans),
    ...server,
    ...errors.files,
    ...lowerProxies(context),
    {
      path: 'conf.d/routes.conf',
      template: 'conf.d/routes.conf',
      language: 'nginx',
      view: { locations: routes.locations, attempts: attempts.views, mirrors: mirrors.views },
    },
    ...attempts.files,
    ...mirrors.files,
    ...lua.files,
    ...lowerKeyFiles(
      used.flatMap((method) => (method.kind === 'key_maps' ? [method.value] : [])),
      context,
    ),
    ...lowerPasswordFiles(context),
    ...lowerVault(context),
    ...lowerCompose(context),
  ];
  return { value: files, diagnostics: sink.diagnostics };
}

/** Whose conversations are told apart by our Lua. */
function pinsConversations({ upstreams }: LowerContext): boolean {
  return [...upstreams.values()].some(({ balance }) => balance.kind === 'conversation');
}

function reachedUpstreams(gateway: Gateway): ReadonlyMap<string, Upstream> {
  const used = usedUpstreams(gateway);
  return new Map(
    gateway.upstreams.filter((upstream) => used.has(upstream.name)).map((upstream) => [upstream.name, upstream]),
  );
}
