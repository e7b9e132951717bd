import type { PublicModel, PublicRoute } from '../common/public-model.ts';

/** Upstreams that may get the same requests, each once. */
export interface Reach {
  readonly answers: readonly string[];
  /** These get copies, whose answers nobody sees. */
  readonly copies: readonly string[];
}

/** Everything that may get a request of a route. */
export function reachOf(
  { destination, fallback, mirror }: Pick<PublicRoute, 'destination' | 'fallback' | 'mirror'>,
  model: PublicModel,
): Reach {
  return {
    answers:
      destination.kind === 'model_list' ? [] : [...new Set([...drawn(destination, model), ...namesIn(fallback)])],
    copies: mirror === null ? [] : [mirror.upstream],
  };
}

/** A side without a share counts when callers can ask for it. */
function drawn(destination: PublicRoute['destination'], { models }: PublicModel): readonly string[] {
  switch (destination.kind) {
    case 'upstream':
      return [destination.upstream];
    case 'split':
      return namesIn(destination.sides.filter(({ share }) => share > 0 || destination.force !== null));
    case 'by_model':
      return models.flatMap(({ targets }) => namesIn(targets));
    case 'model_list':
      return [];
  }
}

/** Names of the upstreams of targets or sides, each once. */
export function namesIn(targets: readonly { readonly upstream: string }[]): readonly string[] {
  return [...new Set(targets.map(({ upstream }) => upstream))];
}
