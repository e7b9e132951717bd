import type { Route, Upstream } from '../../gateway/common/gateway.ts';
import type { AuthPlans } from './auth-plan.ts';

/** How requests of a route find their upstream. */
export type RoutePlan =
  /** There is one, which the route's own location passes them to. */
  | { readonly kind: 'plain'; readonly upstream: Upstream }
  /** nginx draws one of them for each request: a split on a target without Lua. */
  | { readonly kind: 'drawn'; readonly upstreams: readonly Upstream[] }
  /** Our Lua chooses, and chooses again when an attempt fails: each upstream has locations of its own. */
  | { readonly kind: 'routed'; readonly upstreams: readonly Upstream[] }
  /** There is none: our Lua answers. */
  | { readonly kind: 'model_list' };

export type RoutePlans = ReadonlyMap<Route, RoutePlan>;

/**
 * Who chooses the server of a request and how names of servers become addresses: nginx with the addresses of its start,
 * nginx that follows names itself, or our Lua.
 */
export type Resolution = 'at_start' | 'native' | 'lua';

/** What is decided before anything is written. */
export interface Plans {
  /** By the name of the upstream. */
  readonly resolution: ReadonlyMap<string, Resolution>;
  readonly auth: AuthPlans;
  readonly routes: RoutePlans;
  /** The variable that holds the hash key of an upstream, by its name. */
  readonly hashVariables: ReadonlyMap<string, string>;
  /** The variable that names the side of a request, for routes that split theirs; it may be read once the caller is known. */
  readonly sides: ReadonlyMap<Route, string>;
}
