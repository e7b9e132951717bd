import { compareText } from '../../compare-text.ts';
import type { TargetSection } from '../../language/destinations/models.ts';
import type { Spec } from '../../language/spec.ts';
import type { Model, Target } from '../common/gateway.ts';

/** The table of models, sorted by name. */
export function resolveModels(section: Spec['models']): readonly Model[] {
  return Object.entries(section ?? {})
    .map(([name, { fallback, ...first }]) => ({
      name,
      at: ['models', name],
      targets: [first, ...(fallback ?? [])].map(resolveTarget),
    }))
    .sort((a, b) => compareText(a.name, b.name));
}

export function resolveTarget({ upstream, as }: TargetSection): Target {
  return { upstream, model: as ?? null };
}
