import { upstreamsOf } from '../model/destinations.ts';
import type { PublicModel, PublicRoute } from './public-model.ts';

/** Upstreams that may get the same requests. */
export interface Reach {
  readonly answers: readonly string[];
  /** These get copies, whose answers nobody sees. */
  readonly copies: readonly string[];
}

/** Everything that may get a request of a route; a side without a share counts when callers can ask for it. */
export function reachOf(route: PublicRoute, model: PublicModel): Reach {
  const { destination, mirror } = route;
  const isDrawn = (upstream: string): boolean =>
    destination.kind !== 'split' ||
    destination.force !== null ||
    route.fallback.some((target) => target.upstream === upstream) ||
    destination.sides.some((side) => side.upstream === upstream && side.share > 0);
  return {
    answers: upstreamsOf(asModelRoute(route), model).filter(isDrawn),
    copies: mirror === null ? [] : [mirror.upstream],
  };
}

/** Names of the upstreams of targets, each once. */
export function namesIn(targets: readonly { readonly upstream: string }[]): readonly string[] {
  return [...new Set(targets.map(({ upstream }) => upstream))];
}
