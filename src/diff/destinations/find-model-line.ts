import { coversPattern } from '../../gateway/common/coverage.ts';
import { memoize } from '../common/memoize.ts';
import type { PublicModel, PublicModelLine } from '../common/public-model.ts';

/** The line that answers everything that a name of the table means, but for what lines of their own answer. */
export function findModelLine(name: string, model: PublicModel): PublicModelLine | undefined {
  return byPrecedence(model).find((line) => coversPattern(line.name, name));
}

/** Exact names win, then the pattern with the most characters of its own, then by name. */
const byPrecedence = memoize(({ models }: PublicModel): readonly PublicModelLine[] =>
  [...models].sort((a, b) => rankOf(b.name) - rankOf(a.name) || (a.name < b.name ? -1 : 1)),
);

function rankOf(name: string): number {
  return name.includes('*') ? name.replaceAll('*', '').length : Number.POSITIVE_INFINITY;
}
