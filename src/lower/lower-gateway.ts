import type { Outcome } from '../diagnostics/diagnostic.ts';
import type { ClientCertificates, RouteAuth } from '../model/authentication.ts';
import type { Gateway, Upstream } from '../model/gateway.ts';
import { createSink } from '../model/model-context.ts';
import { capabilitiesOf } from '../nginx/capabilities.ts';
import type { Target } from '../nginx/targets.ts';
import type { MapNode } from '../source/value-node.ts';
import type { AuthPlans } from './auth-plan.ts';
import { planAuthentication } from './auth-plan.ts';
import { lowerCompose } from './lower-compose.ts';
import { createConditionTable } from './lower-conditions.ts';
import type { LowerContext, LoweredFile } from './lower-context.ts';
import { lowerErrorPages } from './lower-error-pages.ts';
import { lowerHashKeys } from './lower-hash-keys.ts';
import { lowerKeyFiles, lowerPasswordFiles } from './lower-key-files.ts';
import { lowerLua } from './lower-lua.ts';
import { lowerMain } from './lower-main.ts';
import { lowerNativeAuth } from './lower-native-auth.ts';
import { lowerProxies } from './lower-proxy.ts';
import { lowerRoutes } from './lower-routes.ts';
import { lowerServer } from './lower-server.ts';
import { lowerUpstreams } from './lower-upstream.ts';
import { lowerVault } from './lower-vault.ts';
import { hstsValue } from './response-headers.ts';
import { chooseResolution } from './upstream-resolution.ts';

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
    upstreams: usedUpstreams(gateway),
    target,
    capabilities: capabilitiesOf(target.platform),
    sink,
  };
  const resolution = chooseResolution(context);
  const plans = planAuthentication(context);
  const lua = lowerLua(context, { resolution, plans });
  const hashKeys = lowerHashKeys(context);
  const conditions = createConditionTable();
  const native = lowerNativeAuth(plans, context);
  const server = lowerServer(context, {
    conditions,
    healthFile: lua.healthFile,
    certificates: usedCertificates(plans),
  });
  const errors = lowerErrorPages(gateway);
  const routes = lowerRoutes(context, { lua, plans, native, conditions });
  const keyMaps = gateway.keyMaps.filter((map) => gateway.routes.some((route) => asks(route.auth, map.name)));
  const files: readonly LoweredFile[] = [
    ...lowerMain(context, { lua, toolVersion }),
    {
      path: 'conf.d/maps.conf',
      template: 'conf.d/maps.conf',
      language: 'nginx',
      view: { ...routes.maps, errorBodies: errors.bodies, hashKeys: hashKeys.maps, hsts: hstsValue(gateway) },
    },
    ...lowerUpstreams(context, { resolution, hashVariables: hashKeys.variables }),
    ...server,
    ...errors.files,
    ...lowerProxies(context),
    {
      path: 'conf.d/routes.conf',
      template: 'conf.d/routes.conf',
      language: 'nginx',
      view: { locations: routes.locations },
    },
    ...lua.files,
    ...lowerKeyFiles(keyMaps, context),
    ...lowerPasswordFiles(context),
    ...lowerVault(context),
    ...lowerCompose(context),
  ];
  return { value: files, diagnostics: sink.diagnostics };
}

function asks(auth: RouteAuth, name: string): boolean {
  return (auth.kind === 'any' || auth.kind === 'all') && auth.methods.includes(name);
}

/** The one list of authorities that a server can have. */
function usedCertificates(plans: AuthPlans): ClientCertificates | null {
  for (const plan of plans.values()) {
    if (plan.kind === 'native' && plan.certificates !== null) return plan.certificates;
    if (plan.kind !== 'lua') continue;
    for (const method of plan.methods) if (method.kind === 'client_certificates') return method.value;
  }
  return null;
}

function usedUpstreams(gateway: Gateway): ReadonlyMap<string, Upstream> {
  const used = new Set(gateway.routes.map((route) => route.upstream));
  return new Map(
    gateway.upstreams.filter((upstream) => used.has(upstream.name)).map((upstream) => [upstream.name, upstream]),
  );
}
