import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../model/gateway.ts';
import type { MapNode } from '../source/value-node.ts';
import type { Check } from './check.ts';
import { checkAddresses } from './check-addresses.ts';
import { checkAuthMethods } from './check-auth-methods.ts';
import { checkBalancing } from './check-balancing.ts';
import { checkBasicAuth } from './check-basic-auth.ts';
import { checkBreakers } from './check-breakers.ts';
import { checkClientCertificates } from './check-client-certificates.ts';
import { checkClientKeys } from './check-client-keys.ts';
import { checkClientModels } from './check-client-models.ts';
import { checkClientRights } from './check-client-rights.ts';
import { checkCombinedMethods } from './check-combined-methods.ts';
import { checkCredentialHeaders } from './check-credential-headers.ts';
import { checkCredentialHosts } from './check-credential-hosts.ts';
import { checkCredentialPlacement } from './check-credential-placement.ts';
import { checkCredentialRules } from './check-credential-rules.ts';
import { checkFallbacks } from './check-fallbacks.ts';
import { checkHeaders } from './check-headers.ts';
import { checkHealthChecks } from './check-health-checks.ts';
import { checkKeyMaps } from './check-key-maps.ts';
import { checkKeySources } from './check-key-sources.ts';
import { checkLimitKeys } from './check-limit-keys.ts';
import { checkLimitTiers } from './check-limit-tiers.ts';
import { checkLimits } from './check-limits.ts';
import { checkLongestAnswers } from './check-longest-answers.ts';
import { checkMirrors } from './check-mirrors.ts';
import { checkModelLists } from './check-model-lists.ts';
import { checkModelRequests } from './check-model-requests.ts';
import { checkModels } from './check-models.ts';
import { checkNameResolution } from './check-name-resolution.ts';
import { checkRestrictedRoutes } from './check-restricted-routes.ts';
import { checkRetries } from './check-retries.ts';
import { checkRewrites } from './check-rewrites.ts';
import { checkRouteAuthentication } from './check-route-authentication.ts';
import { checkRouteHosts } from './check-route-hosts.ts';
import { checkSameClients } from './check-same-clients.ts';
import { checkShadowedRoutes } from './check-shadowed-routes.ts';
import { checkSplits } from './check-splits.ts';
import { checkTargetApis } from './check-target-apis.ts';
import { checkTimeLimits } from './check-time-limits.ts';
import { checkTokenEndpoints } from './check-token-endpoints.ts';
import { checkTokenIssuers } from './check-token-issuers.ts';
import { checkUnusedUpstreams } from './check-unused-upstreams.ts';
import { checkUpstreamServers } from './check-upstream-servers.ts';
import { checkUpstreamVerification } from './check-upstream-verification.ts';
import { checkValidity } from './check-validity.ts';
import { checkVault } from './check-vault.ts';
import { createCheckSink } from './create-check-sink.ts';

const checks: readonly Check[] = [
  checkShadowedRoutes,
  checkRouteHosts,
  checkRewrites,
  checkModels,
  checkSplits,
  checkModelLists,
  checkFallbacks,
  checkTargetApis,
  checkRetries,
  checkTimeLimits,
  checkLongestAnswers,
  checkMirrors,
  checkModelRequests,
  checkHeaders,
  checkUpstreamServers,
  checkBalancing,
  checkHealthChecks,
  checkBreakers,
  checkCredentialHeaders,
  checkCredentialHosts,
  checkCredentialPlacement,
  checkCredentialRules,
  checkVault,
  checkUpstreamVerification,
  checkNameResolution,
  checkRouteAuthentication,
  checkAuthMethods,
  checkCombinedMethods,
  checkSameClients,
  checkKeyMaps,
  checkClientKeys,
  checkClientRights,
  checkClientModels,
  checkRestrictedRoutes,
  checkValidity,
  checkKeySources,
  checkBasicAuth,
  checkTokenIssuers,
  checkTokenEndpoints,
  checkClientCertificates,
  checkAddresses,
  checkLimits,
  checkLimitKeys,
  checkLimitTiers,
  checkUnusedUpstreams,
];

/** Everything that can be proven about a gateway without an nginx. */
export function checkGateway(gateway: Gateway, root: MapNode): readonly Diagnostic[] {
  const sink = createCheckSink(root);
  for (const check of checks) check(gateway, sink);
  return sink.diagnostics;
}
