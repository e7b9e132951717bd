import { objectRules } from './object-rules.ts';
import type { AnyRule, ObjectRules } from './rule.ts';

/** One line of the table in docs/diff.md. */
export interface EffectRow {
  readonly object: string;
  readonly field: string;
  readonly about: string;
  readonly risks: readonly string[];
  readonly takesEffect: string;
}

/** Objects that come or go as a whole, and what has no field of its own. */
const wholeRows: readonly EffectRow[] = [
  {
    object: 'target',
    field: 'name',
    about: 'Another nginx.',
    risks: ['capacity'],
    takesEffect: 'restart',
  },
  {
    object: 'upstream',
    field: '(new)',
    about: 'Loosens when it is not verified, gets a key unencrypted, or gets one that went to other hosts so far.',
    risks: ['loosens', 'capacity'],
    takesEffect: 'reload; restart when its key is in a variable',
  },
  {
    object: 'upstream',
    field: '(gone)',
    about: 'Nothing is sent to it any more.',
    risks: ['capacity'],
    takesEffect: 'reload',
  },
  {
    object: 'route',
    field: '(new)',
    about: 'Loosens when it answers requests that were refused, or that a route which asks for more answered.',
    risks: ['loosens', 'reroutes'],
    takesEffect: 'reload',
  },
  {
    object: 'route',
    field: '(gone)',
    about: 'Loosens when a route that asks for less answers instead.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
  },
  {
    object: 'route',
    field: 'requests, order',
    about: 'Requests that another route answers now, that are refused now, or that were.',
    risks: ['loosens', 'narrows', 'reroutes'],
    takesEffect: 'reload',
  },
];

/** Every effect that `diff` knows. */
export function effectRows(): readonly EffectRow[] {
  const objects: readonly (readonly [string, ObjectRules])[] = Object.entries(objectRules);
  const rows = objects.flatMap(([object, { fields, lists }]) =>
    [
      ...Object.values(fields),
      ...Object.values(lists).flatMap((list) => [list.item, ...Object.values(list.fields ?? {})]),
    ].map((rule) => rowOf(object, rule)),
  );
  return [...wholeRows, ...rows];
}

function rowOf(object: string, { label, about, risks, takesEffect }: AnyRule): EffectRow {
  return {
    object,
    field: label,
    about,
    risks,
    takesEffect: typeof takesEffect === 'string' ? takesEffect : 'reload or restart',
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
