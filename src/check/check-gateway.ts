import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../model/gateway.ts';
import { createSink } from '../model/model-context.ts';
import type { MapNode } from '../source/value-node.ts';
import type { Check } from './check.ts';
import { checkCredentialHosts } from './check-credential-hosts.ts';
import { checkCredentialPlacement } from './check-credential-placement.ts';
import { checkHeaders } from './check-headers.ts';
import { checkNameResolution } from './check-name-resolution.ts';
import { checkRewrites } from './check-rewrites.ts';
import { checkRouteAuthentication } from './check-route-authentication.ts';
import { checkRouteHosts } from './check-route-hosts.ts';
import { checkShadowedRoutes } from './check-shadowed-routes.ts';
import { checkUnusedUpstreams } from './check-unused-upstreams.ts';
import { checkUpstreamServers } from './check-upstream-servers.ts';
import { checkUpstreamVerification } from './check-upstream-verification.ts';

const checks: readonly Check[] = [
  checkShadowedRoutes,
  checkRouteHosts,
  checkRewrites,
  checkHeaders,
  checkUpstreamServers,
  checkCredentialHosts,
  checkCredentialPlacement,
  checkUpstreamVerification,
  checkNameResolution,
  checkRouteAuthentication,
  checkUnusedUpstreams,
];

/** Everything that can be proven about a gateway without an nginx. */
export function checkGateway(gateway: Gateway, root: MapNode): readonly Diagnostic[] {
  const sink = createSink(root);
  for (const check of checks) check(gateway, sink);
  return sink.diagnostics;
}
