import type { Rule } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';

/** For whatever routes name in `auth`. */
export function nameRule<Subject>(): Rule<string, Subject> {
  return {
    label: 'name',
    about: 'Its name. What means the same under another name is the same.',
    risks: ['cosmetic'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('cosmetic', `routes ask for ${quote(after)}`),
  };
}
