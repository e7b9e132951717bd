import type { AnyRule, ObjectRules } from './common/rule.ts';
import { objectRules } from './object-rules.ts';
import { type EffectRow, wholeEffects } from './whole-effects.ts';

/** Every effect that `diff` knows. */
export function effectRows(): readonly EffectRow[] {
  const objects: readonly (readonly [string, ObjectRules])[] = Object.entries(objectRules);
  const rows = objects.flatMap(([object, { fields, lists }]) =>
    [
      ...Object.values(fields),
      ...Object.values(lists).flatMap((list) => [list.item, ...Object.values(list.fields ?? {})]),
    ].map((rule) => rowOf(object, rule)),
  );
  return [...wholeEffects, ...rows];
}

function rowOf(object: string, { label, about, risks, takesEffect, ways }: AnyRule): EffectRow {
  return {
    object,
    field: label,
    about,
    risks,
    takesEffect: typeof takesEffect === 'string' ? takesEffect : (ways ?? 'reload or restart'),
  };
}

/** The table as docs/diff.md has it. */
export function effectsTable(): string {
  const rows = effectRows().map(
    ({ object, field, about, risks, takesEffect }) =>
      `| ${[object, `\`${field}\``, about, risks.join(', '), takesEffect].join(' | ')} |`,
  );
  return ['| Object | Field | What it means | Risk | Takes effect |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}
