import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../gateway/common/gateway.ts';
import type { MapNode } from '../source/value-node.ts';
import { checkAddresses } from './callers/addresses.ts';
import { checkBasicAuth } from './callers/basic-auth.ts';
import { checkClientCertificates } from './callers/client-certificates.ts';
import { checkClientKeys } from './callers/client-keys.ts';
import { checkClientRights } from './callers/client-rights.ts';
import { checkCombinedMethods } from './callers/combined-methods.ts';
import { checkKeyMaps } from './callers/key-maps.ts';
import { checkKeySources } from './callers/key-sources.ts';
import { checkAuthMethods } from './callers/methods.ts';
import { checkRestrictedRoutes } from './callers/restricted-routes.ts';
import { checkSameClients } from './callers/same-clients.ts';
import { checkTokenEndpoints } from './callers/token-endpoints.ts';
import { checkTokenIssuers } from './callers/token-issuers.ts';
import { checkValidity } from './callers/validity.ts';
import type { Check } from './common/rule.ts';
import { createCheckSink } from './create-check-sink.ts';
import { checkCredentialHeaders } from './credentials/headers.ts';
import { checkCredentialHosts } from './credentials/hosts.ts';
import { checkCredentialPlacement } from './credentials/placement.ts';
import { checkCredentialRules } from './credentials/rules.ts';
import { checkVault } from './credentials/vault.ts';
import { checkTargetApis } from './destinations/apis.ts';
import { checkBreakers } from './destinations/breakers.ts';
import { checkClientModels } from './destinations/client-models.ts';
import { checkFallbacks } from './destinations/fallbacks.ts';
import { checkLongestAnswers } from './destinations/longest-answers.ts';
import { checkMirrors } from './destinations/mirrors.ts';
import { checkModelLists } from './destinations/model-lists.ts';
import { checkModelRequests } from './destinations/model-requests.ts';
import { checkModels } from './destinations/models.ts';
import { checkRetries } from './destinations/retries.ts';
import { checkSplits } from './destinations/splits.ts';
import { checkTimeLimits } from './destinations/time-limits.ts';
import { checkLimitKeys } from './limits/keys.ts';
import { checkLimits } from './limits/limits.ts';
import { checkLimitTiers } from './limits/tiers.ts';
import { checkRouteAuthentication } from './routes/authentication.ts';
import { checkHeaders } from './routes/headers.ts';
import { checkRouteHosts } from './routes/hosts.ts';
import { checkRewrites } from './routes/rewrites.ts';
import { checkShadowedRoutes } from './routes/shadowed.ts';
import { checkBalancing } from './upstreams/balancing.ts';
import { checkHealthChecks } from './upstreams/health-checks.ts';
import { checkNameResolution } from './upstreams/name-resolution.ts';
import { checkUpstreamServers } from './upstreams/servers.ts';
import { checkUnusedUpstreams } from './upstreams/unused.ts';
import { checkUpstreamVerification } from './upstreams/verification.ts';

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
