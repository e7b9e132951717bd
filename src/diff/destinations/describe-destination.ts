import type { PublicRoute } from '../common/public-model.ts';
import { quote, quoteAll } from '../common/verdicts.ts';
import { namesIn } from './reach.ts';

type PublicDestination = PublicRoute['destination'];
type PublicTarget = PublicRoute['fallback'][number];
type PublicSide = Extract<PublicDestination, { readonly kind: 'split' }>['sides'][number];

/** As the spec says it. */
export function showDestination(destination: PublicDestination): string {
  switch (destination.kind) {
    case 'upstream':
      return destination.upstream;
    case 'split':
      return showSides(destination.sides);
    case 'by_model':
      return 'by_model';
    case 'model_list':
      return 'the list of models';
  }
}

export function showSides(sides: readonly PublicSide[]): string {
  return sides.map(({ upstream, share }) => `${upstream} ${showShare(share)}`).join(', ');
}

/** Of hundredths of a percent. */
export function showShare(share: number): string {
  return `${share / 100}%`;
}

export function showTargets(targets: readonly PublicTarget[]): string {
  if (targets.length === 0) return 'none';
  return targets.map(({ upstream, model }) => (model === null ? upstream : `${upstream} as ${model}`)).join(', then ');
}

/** After `requests reach`: who answers, at most three of them by name. */
export function describeDestination(
  destination: PublicDestination,
  { models }: { readonly models: ModelTable },
): string {
  switch (destination.kind) {
    case 'upstream':
      return quote(destination.upstream);
    case 'split':
      return destination.sides.map(({ upstream, share }) => `${quote(upstream)} (${showShare(share)})`).join(' or ');
    case 'by_model':
      return `what \`models\` names: ${quoteAll(namesIn(models.flatMap(({ targets }) => targets)))}`;
    case 'model_list':
      return 'the list of models';
  }
}

type ModelTable = readonly { readonly targets: readonly PublicTarget[] }[];

/** After `requests go to`. */
export function describeTargets(targets: readonly PublicTarget[]): string {
  return targets
    .map(({ upstream, model }) => (model === null ? quote(upstream) : `${quote(upstream)} as ${quote(model)}`))
    .join(', then ');
}

/** Everything that gets requests of a route, as in a line about it. */
export function showAnswers({ destination, fallback }: PublicRoute): string {
  return [showDestination(destination), ...(fallback.length === 0 ? [] : [showTargets(fallback)])].join(', then ');
}

/** The same after `answers`. */
export function describeAnswers(
  { destination, fallback, mirror }: PublicRoute,
  models: { readonly models: ModelTable },
): string {
  if (destination.kind === 'model_list') return `with ${describeDestination(destination, models)}`;
  const first = `from ${destination.kind === 'upstream' ? 'upstream ' : ''}${describeDestination(destination, models)}`;
  return [
    first,
    ...(fallback.length === 0 ? [] : [`then from ${describeTargets(fallback)}`]),
    ...(mirror === null ? [] : [`with copies to ${quote(mirror.upstream)}`]),
  ].join(', ');
}
