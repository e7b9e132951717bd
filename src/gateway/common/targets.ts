import type { Gateway, Route, Target } from './gateway.ts';

/** Everything that may get a request of a route, fallbacks included, each pair of upstream and model name once. */
export function targetsOf(
  route: Pick<Route, 'destination' | 'fallback'>,
  gateway: Pick<Gateway, 'models'>,
): readonly Target[] {
  const all = [...firstTargetsOf(route, gateway), ...(route.destination.kind === 'model_list' ? [] : route.fallback)];
  return [...new Map(all.map((target) => [JSON.stringify([target.upstream, target.model]), target])).values()];
}

/** The targets of which one gets a request before any fallback. */
export function firstTargetsOf(route: Pick<Route, 'destination'>, gateway: Pick<Gateway, 'models'>): readonly Target[] {
  const { destination } = route;
  switch (destination.kind) {
    case 'upstream':
      return [{ upstream: destination.upstream, model: null }];
    case 'split':
      return destination.sides.map(({ upstream }) => ({ upstream, model: null }));
    case 'by_model':
      return gateway.models.flatMap(({ targets }) => targets);
    case 'model_list':
      return [];
  }
}

/** The upstreams that may get a request of a route as its answer is wanted, in the order in which they are named. */
export function upstreamsOf(route: Route, gateway: Pick<Gateway, 'models'>): readonly string[] {
  return [...new Set(targetsOf(route, gateway).map(({ upstream }) => upstream))];
}

/** The upstreams that get requests of a route, its shadow included. */
export function reachedUpstreams(route: Route, gateway: Pick<Gateway, 'models'>): readonly string[] {
  const shadow = route.mirror === null ? [] : [route.mirror.upstream];
  return [...new Set([...upstreamsOf(route, gateway), ...shadow])];
}

/** Names of the upstreams that any request can reach, shadows included. */
export function usedUpstreams(gateway: Pick<Gateway, 'models' | 'routes'>): ReadonlySet<string> {
  return new Set(gateway.routes.flatMap((route) => reachedUpstreams(route, gateway)));
}
