import type { Change, TakesEffect } from './change.ts';
import type { Verdict } from './rule.ts';

/** The change that an object comes or goes; `text` says what it is or was. */
export function wholeChange(
  action: 'add' | 'remove',
  options: {
    readonly object: string;
    readonly text: string;
    readonly verdict: Verdict;
    readonly takesEffect: TakesEffect;
  },
): Change {
  const { object, text, verdict, takesEffect } = options;
  const isNew = action === 'add';
  return {
    action,
    object,
    field: null,
    before: isNew ? null : text,
    after: isNew ? text : null,
    text: { before: isNew ? 'none' : text, after: isNew ? text : 'none' },
    ...verdict,
    takesEffect,
  };
}
