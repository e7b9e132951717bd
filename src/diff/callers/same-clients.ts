import type { Rule } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';

/** For ways to authenticate whose clients may be those of another. */
export function sameClientsRule<Subject extends { readonly name: string }>(): Rule<string | null, Subject> {
  return {
    label: 'same_clients_as',
    about:
      'The way to authenticate whose clients these are. With one, equal ids are one client: its provider keys go to whoever is called like it, which loosens, and its counts are shared.',
    risks: ['loosens', 'reroutes'],
    takesEffect: 'reload',
    judge: (before, after, { after: { name } }) =>
      after === null
        ? verdict(
            'reroutes',
            `clients of ${quote(name)} are no longer those of ${quote(before ?? '')} with the same ids`,
          )
        : verdict(
            'loosens',
            `clients of ${quote(name)} are those of ${quote(after)} with the same ids, and get their provider keys and share their counts`,
          ),
  };
}
