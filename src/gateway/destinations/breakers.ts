import type { Spec } from '../../language/spec.ts';
import type { Breaker, Gateway, Upstream } from '../common/gateway.ts';
import { targetsOf } from '../common/targets.ts';

type BreakerSection = Spec['upstreams'][string]['breaker'];

const usualBreaker: Breaker = { failures: 5, open: 10_000 };

/** The upstreams with their breakers: as the spec says, else the usual one where requests can go elsewhere. */
export function resolveBreakers(
  upstreams: readonly Upstream[],
  sections: Spec['upstreams'],
  gateway: Pick<Gateway, 'routes' | 'models'>,
): readonly Upstream[] {
  const spared = upstreamsWithFallback(gateway);
  return upstreams.map((upstream) => ({
    ...upstream,
    breaker: resolveBreaker(sections[upstream.name]?.breaker, spared.has(upstream.name)),
  }));
}

function resolveBreaker(section: BreakerSection, isSpared: boolean): Breaker | null {
  if (section === false || (section === undefined && !isSpared)) return null;
  const { failures, open } = typeof section === 'object' ? section : {};
  return { failures: failures ?? usualBreaker.failures, open: open ?? usualBreaker.open };
}

/** Without another target, an open breaker would only refuse requests that might have been served. */
function upstreamsWithFallback({ routes, models }: Pick<Gateway, 'routes' | 'models'>): ReadonlySet<string> {
  const targets = routes
    .filter(({ retry }) => retry.tries > 1)
    .flatMap((route) => {
      if (route.fallback.length > 0) return targetsOf(route, { models });
      if (route.destination.kind !== 'by_model') return [];
      return models.flatMap((model) => (model.targets.length > 1 ? model.targets : []));
    });
  return new Set(targets.map(({ upstream }) => upstream));
}
