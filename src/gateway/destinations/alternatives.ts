import type { Gateway, Route, Upstream } from '../common/gateway.ts';
import { targetsOf } from '../common/targets.ts';
import { hasSeveralKeys } from './several-keys.ts';

/**
 * How many targets one request of a route has, or null when there is nothing to try after a failure: no other target, no
 * other server, no other key.
 */
export function countAlternatives(
  route: Pick<Route, 'destination' | 'fallback'>,
  { models, upstreams }: Pick<Gateway, 'models' | 'upstreams'>,
): number | null {
  const chain = route.destination.kind === 'by_model' ? Math.max(1, ...models.map(({ targets }) => targets.length)) : 1;
  const targets = chain + route.fallback.length;
  const reached = new Set(targetsOf(route, { models }).map(({ upstream }) => upstream));
  return targets > 1 || upstreams.some((upstream) => reached.has(upstream.name) && hasSeveral(upstream))
    ? targets
    : null;
}

/** Whether an upstream has another server or another key to try. */
function hasSeveral({ servers, credential }: Upstream): boolean {
  return servers.length > 1 || servers.some(({ service }) => service !== null) || hasSeveralKeys(credential);
}
