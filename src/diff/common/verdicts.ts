import type { Risk } from './change.ts';
import type { Verdict } from './rule.ts';

export const verdict = (risk: Risk, effect: string): Verdict => ({ risk, effect });

/** The words for a change that always has the same meaning. */
export const always =
  <Context extends { readonly title: string }>(risk: Risk, effect: (title: string) => string) =>
  (_before: unknown, _after: unknown, { title }: Context): Verdict =>
    verdict(risk, effect(title));

export const quote = (text: string): string => `\`${text}\``;

export function quoteAll(texts: readonly string[], most = 3): string {
  const shown = texts.slice(0, most).map(quote).join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}

/** Items of the second list that are not in the first. */
export function newIn(before: readonly string[], after: readonly string[]): readonly string[] {
  const known = new Set(before);
  return after.filter((item) => !known.has(item));
}
