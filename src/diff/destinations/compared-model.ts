import type { PublicModelLine, PublicRoute } from '../common/public-model.ts';
import type { Context, Verdict } from '../common/rule.ts';
import { verdict } from '../common/verdicts.ts';
import { namesIn, type Reach } from './reach.ts';

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

function targetsIn({ upstream, as, fallback }: ComparedModel): PublicModelLine['targets'] {
  return [{ upstream, model: as }, ...fallback];
}

/** Everything that may get a request for the model. */
export function reachOfModel(model: ComparedModel): Reach {
  return { answers: namesIn(targetsIn(model)), copies: [] };
}

/** Routes whose requests go by the table; none where that is new, because such a route then tells what it means. */
export function routesByModel({ before, after }: Context<unknown>['gateways']): readonly PublicRoute[] {
  return before.routes.some(isByModel) ? after.routes.filter(isByModel) : [];
}

/** What a change of the table means where `routesByModel` has none. */
export function judgeUnused({ after }: Context<unknown>['gateways']): Verdict {
  return after.routes.some(isByModel)
    ? verdict('cosmetic', 'told by the routes that go by `models` from now on')
    : verdict('cosmetic', 'no route goes by `models`');
}

function isByModel({ destination }: PublicRoute): boolean {
  return destination.kind === 'by_model';
}
