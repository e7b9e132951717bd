import { hasSeveralKeys } from '../../gateway/destinations/several-keys.ts';
import type { PublicModel, PublicRoute } from '../common/public-model.ts';

/**
 * Whether the gateway itself sends a request of a route again when an attempt fails. Where it only passes requests on,
 * nginx asks another server of the upstream, and never for a POST that may have arrived.
 */
export function resends(route: PublicRoute, { upstreams }: PublicModel): boolean {
  const { destination, fallback, retry, timeouts } = route;
  if (retry.tries === 1 || destination.kind === 'model_list') return false;
  return (
    retry.given ||
    fallback.length > 0 ||
    destination.kind !== 'upstream' ||
    timeouts.firstByte < timeouts.idle ||
    timeouts.total !== null ||
    upstreams.some((upstream) => upstream.name === destination.upstream && hasSeveralKeys(upstream.credential))
  );
}
