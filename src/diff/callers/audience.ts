import type { Rule } from '../common/rule.ts';
import { newIn, verdict } from '../common/verdicts.ts';

/** For whom tokens must be made. Values are not named in words: they may come from outside of the spec. */
export function audienceRule<Subject>(): Rule<readonly string[], Subject> {
  return {
    label: 'audience',
    about: 'For whom tokens must be made. One more, or any, loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: (audience) => audience.join(', ') || 'any',
    judge: (before, after) => {
      if (after.length === 0) return verdict('loosens', 'tokens of any audience are accepted');
      if (before.length === 0) return verdict('narrows', 'only tokens of this audience are accepted');
      return newIn(before, after).length > 0
        ? verdict('loosens', 'tokens of another audience are accepted')
        : verdict('narrows', 'tokens of fewer audiences are accepted');
    },
  };
}
