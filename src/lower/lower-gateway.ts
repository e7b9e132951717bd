import type { Outcome } from '../diagnostics/diagnostic.ts';
import { usedUpstreams } from '../model/destinations.ts';
import type { Gateway, Upstream } from '../model/gateway.ts';
import { createSink } from '../model/model-context.ts';
import { usedAuthMethods } from '../model/used-auth-methods.ts';
import { capabilitiesOf } from '../nginx/capabilities.ts';
import type { Target } from '../nginx/targets.ts';
import type { MapNode } from '../source/value-node.ts';
import { planAuthentication } from './auth-plan.ts';
import { knowsClients, lowerCaller } from './caller.ts';
import { lowerAttempts } from './lower-attempts.ts';
import { lowerCompose } from './lower-compose.ts';
import { createConditionTable } from './lower-conditions.ts';
import type { LowerContext, LoweredFile } from './lower-context.ts';
import { lowerErrorPages } from './lower-error-pages.ts';
import { lowerHashKeys } from './lower-hash-keys.ts';
import { lowerKeyFiles, lowerPasswordFiles } from './lower-key-files.ts';
import { lowerLimits } from './lower-limits.ts';
import { lowerLog } from './lower-log.ts';
import { lowerLua } from './lower-lua.ts';
import { lowerMain } from './lower-main.ts';
import { lowerMirrors } from './lower-mirrors.ts';
import { lowerNativeAuth } from './lower-native-auth.ts';
import { lowerProxies } from './lower-proxy.ts';
import { lowerRoutes } from './lower-routes.ts';
import { lowerServer } from './lower-server.ts';
import { lowerSplits } from './lower-splits.ts';
import { lowerUpstreams } from './lower-upstream.ts';
import { lowerVault } from './lower-vault.ts';
import { hstsValue } from './response-headers.ts';
import { planRoutes } from './route-plan.ts';
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
    upstreams: reachedUpstreams(gateway),
    target,
    capabilities: capabilitiesOf(target.platform),
    sink,
  };
  const resolution = chooseResolution(context);
  const used = usedAuthMethods(gateway);
  const plans = planAuthentication(context);
  const routePlans = planRoutes(context);
  const splits = lowerSplits(context);
  const mirrors = lowerMirrors(context);
  const hashKeys = lowerHashKeys(context);
  const lua = lowerLua(context, { resolution, plans, routePlans, splits, hashVariables: hashKeys.variables });
  const conditions = createConditionTable();
  const native = lowerNativeAuth(plans, context);
  const server = lowerServer(context, {
    conditions,
    lua,
    // The one list of authorities that a server can have.
    certificates: used.find((method) => method.kind === 'client_certificates')?.value ?? null,
  });
  const rateLimits = lowerLimits(context, { plans, native });
  const errors = lowerErrorPages(gateway);
  const routes = lowerRoutes(context, { routePlans, splits, mirrors, lua, plans, native, rateLimits, conditions });
  const attempts = lowerAttempts(context, { plans: routePlans, splits, mirrors });
  const files: readonly LoweredFile[] = [
    ...lowerMain(context, { lua, toolVersion }),
    {
      path: 'conf.d/maps.conf',
      template: 'conf.d/maps.conf',
      language: 'nginx',
      view: {
        ...routes.maps,
        ...lowerLog(context, { lua, native }),
        caller:
          knowsClients(gateway) && (hashKeys.usesCaller || splits.views.length > 0 || pinsConversations(context))
            ? lowerCaller(gateway)
            : null,
        errorBodies: errors.bodies,
        hashKeys: hashKeys.maps,
        splits: splits.views,
        mirrors: mirrors.views,
        hsts: hstsValue(gateway),
        startsLua: lua.starts,
      },
    },
    ...rateLimits.files,
    ...lowerUpstreams(context, { resolution, hashVariables: hashKeys.variables }),
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
