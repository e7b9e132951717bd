import type { PublicModelLine, PublicRoute } from './public-model.ts';
import type { Reach } from './reach.ts';
import { namesIn } from './reach.ts';
import type { Context } from './rule.ts';

/** A line of the table of models in the words of the spec. */
export interface ComparedModel {
  readonly name: string;
  readonly upstream: string;
  readonly as: string | null;
  readonly fallback: PublicModelLine['targets'];
}

export function comparedModel({ name, targets }: PublicModelLine): ComparedModel {
  const [first, ...fallback] = targets;
  return { name, upstream: first?.upstream ?? '', as: first?.model ?? null, fallback };
}

export function targetsIn({ upstream, as, fallback }: ComparedModel): PublicModelLine['targets'] {
  return [{ upstream, model: as }, ...fallback];
}

/** Everything that may get a request for the model. */
export function reachOfModel(model: ComparedModel): Reach {
  return { answers: namesIn(targetsIn(model)), copies: [] };
}

/** Routes whose requests go by the table, on both sides: those that come or go tell themselves what that means. */
export function routesByModel({ before, after }: Context<unknown>['gateways']): readonly PublicRoute[] {
  const isByModel = ({ destination }: PublicRoute): boolean => destination.kind === 'by_model';
  return before.routes.some(isByModel) ? after.routes.filter(isByModel) : [];
}
